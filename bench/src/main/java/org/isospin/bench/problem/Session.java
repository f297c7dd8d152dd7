package org.isospin.bench.problem;

import org.isospin.Isospin;

/**
 * What a backend is called through.
 *
 * @param context its operations
 * @param placement where operands and results are
 */
public record Session(Isospin context, Placement placement) {}
