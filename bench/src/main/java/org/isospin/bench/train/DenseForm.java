package org.isospin.bench.train;

import java.util.List;
import java.util.Map;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.Optimizer;
import org.isospin.optim.ParameterId;

/** A matrix that trains as it is. */
record DenseForm(Isospin iso, Weight trained) implements LinearForm {
    /** Makes them, and bounds no gradient. */
    enum Maker implements LinearForm.Maker {
        INSTANCE;

        @Override
        public LinearForm of(Isospin iso, Weight weight, long seed) {
            return new DenseForm(iso, weight);
        }

        @Override
        public double clip(long step) {
            return Double.POSITIVE_INFINITY;
        }
    }

    @Override
    public List<Weight> weights() {
        return List.of(trained);
    }

    @Override
    public List<Weight> frozen() {
        return List.of();
    }

    @Override
    public void forward(Matrix x, Matrix y) {
        iso.multiply(x, trained.value().transposed(), y);
    }

    /** dX = dY·W and dW = dYᵀ·X. */
    @Override
    public void backward(Matrix x, Matrix dy, Matrix dx) {
        iso.multiply(dy.transposed(), x, trained.gradient());
        iso.multiply(dy, trained.value(), dx);
    }

    @Override
    public Matrix weight() {
        return trained.value();
    }

    @Override
    public void stepped(long step, Optimizer optimizer, Map<String, ParameterId> ids) {
        // There is nothing to fold: the matrix itself was stepped.
    }

    @Override
    public void keep() {
        // All of it trains.
    }

    @Override
    public void resume(long steps) {
        // All of it was read.
    }
}
