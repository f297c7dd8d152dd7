package org.isospin.decomposition;

import org.isospin.Matrix;

/**
 * A thin singular value decomposition A = U·diag(s)·Vᵀ of an m × n matrix, p = min(m, n).
 *
 * @param u m × p with orthonormal columns
 * @param s 1 × p, descending, never negative
 * @param v n × p with orthonormal columns
 */
public record Svd(Matrix u, Matrix s, Matrix v) {}
