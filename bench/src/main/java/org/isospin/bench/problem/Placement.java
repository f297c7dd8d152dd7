package org.isospin.bench.problem;

import org.isospin.Matrix;
import org.isospin.SkewMatrix;

/** Where a computation finds its operands and puts its results. */
public interface Placement {
    /** In the host memory that the problem allocated. */
    Placement HOST = matrix -> matrix;

    /**
     * {@return a matrix of the same elements where this places it: the same one, or a copy}
     *
     * @param matrix in host memory
     */
    Matrix place(Matrix matrix);

    /**
     * {@return a skew matrix of the same elements where this places it}
     *
     * @param matrix in host memory
     */
    default SkewMatrix place(SkewMatrix matrix) {
        return SkewMatrix.wrap(matrix.order(), place(matrix.packed()));
    }
}
