package org.isospin.decomposition;

import org.isospin.Matrix;

/**
 * A thin QR decomposition A = Q·R of an m × n matrix, m ≥ n.
 *
 * @param q m × n with orthonormal columns
 * @param r n × n upper triangular, zero below the diagonal
 */
public record Qr(Matrix q, Matrix r) {}
