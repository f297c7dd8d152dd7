package org.isospin.bench.train;

import java.util.List;
import java.util.random.RandomGenerator;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.Role;

/** y = W₂·max(0, W₁x)²: a perceptron with squared rectifiers (So et al. 2021), which need no exponentials. */
final class Perceptron {
    private final Linear up;
    private final Linear down;
    private final Matrix inner;
    private final Matrix rectified;

    Perceptron(Isospin iso, String name, ModelShape shape, int tokens, RandomGenerator random) {
        int d = shape.width();
        int h = shape.hidden();
        // E max(0, z)⁴ = 3/2 for a standard normal z: the inner values have the mean square 3/2.
        this.up = new Linear(iso, name + ".up", Role.HIDDEN, h, d, 1 / Math.sqrt(d), random);
        this.down =
                new Linear(iso, name + ".down", Role.HIDDEN, d, h, shape.branchScale() / Math.sqrt(1.5 * h), random);
        this.inner = Floats.matrix(tokens, h);
        this.rectified = Floats.matrix(tokens, h);
    }

    List<Linear> linears() {
        return List.of(up, down);
    }

    void forward(Matrix x, Matrix y) {
        up.forward(x, inner);
        float[] z = Floats.of(inner);
        float[] r = Floats.of(rectified);
        for (int i = 0; i < z.length; i++) {
            float positive = Math.max(0, z[i]);
            r[i] = positive * positive;
        }
        down.forward(rectified, y);
    }

    /**
     * The derivatives of the loss by x and the weights, given that by y.
     *
     * @param x what went in
     * @param dy dY
     * @param dx receives dX
     */
    void backward(Matrix x, Matrix dy, Matrix dx) {
        // The rectified values are needed no more once the lower weight's gradient is known, so dR takes their place.
        down.backward(rectified, dy, rectified);
        float[] z = Floats.of(inner);
        float[] dr = Floats.of(rectified);
        for (int i = 0; i < z.length; i++) {
            z[i] = 2 * Math.max(0, z[i]) * dr[i];
        }
        up.backward(x, inner, dx);
    }
}
