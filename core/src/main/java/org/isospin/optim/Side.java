package org.isospin.optim;

import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Workspace;

/**
 * A side of a weight matrix. Everything is written for the outputs, V ← exp(A)·V with V = W; for the inputs V is Wᵀ, so that
 * what a step does to (W, G) from one side is, bit for bit, the transpose of what it does to (Wᵀ, Gᵀ) from the other.
 */
enum Side {
    /** The outputs, W's rows. */
    OUT,
    /** The inputs, W's columns. */
    IN;

    /** {@return the matrix with this side's rows} */
    Matrix view(Matrix m) {
        return this == OUT ? m : m.transposed();
    }

    /** {@return the order of this side's rotations} */
    int order(BlockStep step) {
        return this == OUT ? step.outputs() : step.inputs();
    }

    /**
     * {@return scratch with the skew part ½(D·Vᵀ − V·Dᵀ) of a direction, half of what the papers call a generator}
     *
     * @param stream where it runs
     * @param d D, n × m
     * @param v V, n × m
     */
    static SkewMatrix generator(ComputeStream stream, Matrix d, Matrix v) {
        Workspace ws = stream.workspace();
        int n = v.rows();
        SkewMatrix packed = SkewMatrix.wrap(n, ws.matrix(v.dtype(), 1, SkewMatrix.packedLength(n)));
        ws.mark();
        try {
            Matrix product = ws.matrix(v.dtype(), n, n);
            stream.gemm(stream.arithmetic(v.dtype()), 1, d, v.transposed(), 0, product, product);
            stream.packSkew(product, packed);
        } finally {
            ws.release();
        }
        return packed;
    }

    /** {@return a name of this side's own} */
    String named(String name) {
        return name + (this == OUT ? "_out" : "_in");
    }
}
