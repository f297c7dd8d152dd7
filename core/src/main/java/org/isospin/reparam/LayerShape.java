package org.isospin.reparam;

import org.isospin.Matrix;
import org.isospin.backend.Operands;
import org.isospin.optim.Orientation;

/** The shape of a linear layer's weight, and what its operands must be. */
final class LayerShape {
    private final int outputs;
    private final int inputs;
    private final Orientation orientation;
    private final String forward;
    private final String backward;
    private final String weight;

    /**
     * Takes the shape of a weight.
     *
     * @param name what errors call the layer
     * @param weight the weight as it lies
     * @param orientation how it lies
     */
    LayerShape(String name, Matrix weight, Orientation orientation) {
        boolean isOutIn = orientation == Orientation.OUT_IN;
        this.outputs = isOutIn ? weight.rows() : weight.columns();
        this.inputs = isOutIn ? weight.columns() : weight.rows();
        this.orientation = orientation;
        this.forward = name + " forward";
        this.backward = name + " backward";
        this.weight = name + " weight";
    }

    /** {@return m} */
    int outputs() {
        return outputs;
    }

    /** {@return n} */
    int inputs() {
        return inputs;
    }

    /** {@return a weight with outputs as rows} */
    Matrix outIn(Matrix m) {
        return orientation == Orientation.OUT_IN ? m : m.transposed();
    }

    /** Requires memory for a weight as it lies. */
    void requireWeight(Matrix out) {
        boolean isOutIn = orientation == Orientation.OUT_IN;
        Operands.requireOutput(weight, "out", out, isOutIn ? outputs : inputs, isOutIn ? inputs : outputs);
    }

    /** Requires tokens and memory for what becomes of them. */
    void requireForward(Matrix x, Matrix y) {
        Operands.requireShape(forward, "x", x, x.rows(), inputs);
        Operands.requireOutput(forward, "y", y, x.rows(), outputs);
    }

    /** Requires tokens, derivatives and memory for derivatives. */
    void requireBackward(Matrix x, Matrix dy, Matrix dx) {
        Operands.requireShape(backward, "x", x, x.rows(), inputs);
        Operands.requireShape(backward, "dy", dy, x.rows(), outputs);
        Operands.requireOutput(backward, "dx", dx, x.rows(), inputs);
    }
}
