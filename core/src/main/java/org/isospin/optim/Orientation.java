package org.isospin.optim;

import org.isospin.Matrix;

/** How a weight matrix lies in the caller's memory. */
public enum Orientation {
    /** A row for each output: y = W·x, as in PyTorch. */
    OUT_IN,
    /** A row for each input: y = x·W, as in JAX, Keras and most hand-written code. */
    IN_OUT;

    /** {@return a view with a row for each output} */
    Matrix outIn(Matrix m) {
        return this == OUT_IN ? m : m.transposed();
    }
}
