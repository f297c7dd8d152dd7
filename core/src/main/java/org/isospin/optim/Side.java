package org.isospin.optim;

import org.isospin.Matrix;

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

    /** {@return a name of this side's own} */
    String named(String name) {
        return name + (this == OUT ? "_out" : "_in");
    }
}
