package org.isospin.bench.train;

import java.util.List;
import java.util.random.RandomGenerator;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.Role;

/** y = x·Wᵀ, a row a token: the weight's rows are outputs. It trains as its {@link LinearForm} says. */
final class Linear {
    private final Isospin iso;
    private final Weight weight;
    private LinearForm form;

    Linear(Isospin iso, String name, Role role, int outputs, int inputs, double deviation, RandomGenerator random) {
        this.iso = iso;
        this.weight = Weight.gaussian(name, role, outputs, inputs, deviation, random);
        this.form = new DenseForm(iso, weight);
    }

    String name() {
        return weight.name();
    }

    /** {@return what the weight trains as} */
    LinearForm form() {
        return form;
    }

    /** Makes the weight, as it is now, train as something else. */
    void trainAs(LinearForm.Maker maker, long seed) {
        form = maker.of(iso, weight, seed);
    }

    List<Weight> weights() {
        return form.weights();
    }

    void forward(Matrix x, Matrix y) {
        form.forward(x, y);
    }

    /**
     * The derivatives of the loss by x and what trains, given that by y.
     *
     * @param x what went in
     * @param dy dY
     * @param dx receives dX; may be x
     */
    void backward(Matrix x, Matrix dy, Matrix dx) {
        form.backward(x, dy, dx);
    }
}
