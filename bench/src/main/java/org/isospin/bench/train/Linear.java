package org.isospin.bench.train;

import java.util.List;
import java.util.random.RandomGenerator;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.Role;

/** y = x·Wᵀ, a row a token: the weight's rows are outputs. */
final class Linear {
    private final Isospin iso;
    private final Weight weight;

    Linear(Isospin iso, String name, Role role, int outputs, int inputs, double deviation, RandomGenerator random) {
        this.iso = iso;
        this.weight = Weight.gaussian(name, role, outputs, inputs, deviation, random);
    }

    List<Weight> weights() {
        return List.of(weight);
    }

    void forward(Matrix x, Matrix y) {
        iso.multiply(x, weight.value().transposed(), y);
    }

    /**
     * The derivatives of the loss by x and W, given that by y: dX = dY·W, dW = dYᵀ·X.
     *
     * @param x what went in
     * @param dy dY
     * @param dx receives dX; may be x
     */
    void backward(Matrix x, Matrix dy, Matrix dx) {
        iso.multiply(dy.transposed(), x, weight.gradient());
        iso.multiply(dy, weight.value(), dx);
    }
}
