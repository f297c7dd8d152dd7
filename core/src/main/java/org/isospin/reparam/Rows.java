package org.isospin.reparam;

import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Indices;

/** Rows of matrices in another order. */
final class Rows {
    private Rows() {}

    /** Row i of target ← row rows(i) of source. */
    static void gather(ComputeStream stream, Matrix source, int[] rows, Matrix target) {
        Indices indices = stream.indices(rows.length);
        stream.set(indices, rows);
        stream.gatherRows(source, indices, target);
    }
}
