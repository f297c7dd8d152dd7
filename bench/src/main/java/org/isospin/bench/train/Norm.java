package org.isospin.bench.train;

import java.util.List;
import org.isospin.Matrix;

/** y = g ∘ x/√(mean(x²) + ε), row by row with a gain g an element (Zhang and Sennrich 2019), or y = x. */
final class Norm {
    private static final double EPSILON = 1e-6;

    private final Weight gain;
    private final boolean isIdentity;

    Norm(String name, ModelShape shape) {
        this.gain = Weight.ones(name, shape.width());
        this.isIdentity = shape.normalization() == ModelShape.Normalization.NONE;
    }

    List<Weight> weights() {
        return isIdentity ? List.of() : List.of(gain);
    }

    void forward(Matrix x, Matrix y) {
        float[] from = Floats.of(x);
        float[] to = Floats.of(y);
        if (isIdentity) {
            System.arraycopy(from, 0, to, 0, from.length);
            return;
        }
        float[] g = Floats.of(gain.value());
        int d = x.columns();
        for (int row = 0; row < x.rows(); row++) {
            int at = row * d;
            float scale = (float) (1 / root(from, at, d));
            for (int j = 0; j < d; j++) {
                to[at + j] = g[j] * scale * from[at + j];
            }
        }
    }

    /**
     * The derivatives of the loss by x and g, given that by y: with z = x/r, dg = Σ dY ∘ z and
     * dX = (g ∘ dY − z·mean(g ∘ dY ∘ z))/r.
     *
     * @param x what went in
     * @param dy dY
     * @param dx receives dX
     */
    void backward(Matrix x, Matrix dy, Matrix dx) {
        float[] from = Floats.of(x);
        float[] upper = Floats.of(dy);
        float[] lower = Floats.of(dx);
        if (isIdentity) {
            System.arraycopy(upper, 0, lower, 0, upper.length);
            return;
        }
        float[] g = Floats.of(gain.value());
        float[] dg = Floats.of(gain.gradient());
        java.util.Arrays.fill(dg, 0);
        int d = x.columns();
        for (int row = 0; row < x.rows(); row++) {
            int at = row * d;
            float scale = (float) (1 / root(from, at, d));
            float dot = 0;
            for (int j = 0; j < d; j++) {
                float z = scale * from[at + j];
                dg[j] += upper[at + j] * z;
                dot += g[j] * upper[at + j] * z;
            }
            float mean = dot / d;
            for (int j = 0; j < d; j++) {
                lower[at + j] = scale * (g[j] * upper[at + j] - scale * from[at + j] * mean);
            }
        }
    }

    private static double root(float[] x, int at, int d) {
        float sum = 0;
        for (int j = 0; j < d; j++) {
            sum += x[at + j] * x[at + j];
        }
        return Math.sqrt((double) sum / d + EPSILON);
    }
}
