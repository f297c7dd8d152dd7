package org.isospin.properties;

import java.util.function.UnaryOperator;

/**
 * Laws of derivatives: a Jacobian–vector product is the slope of the map, and a vector–Jacobian product its adjoint,
 * ⟨G, Df(X)[V]⟩ = ⟨Df(X)*[G], V⟩, for maps computed in F64.
 *
 * <p>The slope is a central difference of seven points, h = 2⁻⁷ of X's own scale: off by h⁶f⁽⁷⁾/140, 2·10⁻¹⁵ where
 * derivatives are of the size of f, and by about 2u/h·f, 3·10⁻¹⁴ for rounding. A bound of 10⁻⁸ leaves room for maps whose
 * seventh derivative is 10⁶ times as large, but not for a wrong term.
 */
public final class DerivativeLaws {
    private static final double[] WEIGHTS = {3.0 / 4, -3.0 / 20, 1.0 / 60};
    private static final double STEP = 0x1p-7;
    private static final double BOUND = 1e-8;

    private DerivativeLaws() {}

    /**
     * {@return Df(X)[V] by central differences}
     *
     * @param f the map
     * @param x X
     * @param direction V; steps go up to 3·2⁻⁷V to both sides
     */
    public static Dense slope(UnaryOperator<Dense> f, Dense x, Dense direction) {
        Dense value = f.apply(x);
        Dense slope = Dense.zero(value.rows(), value.columns());
        for (int i = 0; i < WEIGHTS.length; i++) {
            double h = (i + 1) * STEP;
            Dense difference = f.apply(x.plus(h, direction)).plus(-1, f.apply(x.plus(-h, direction)));
            slope = slope.plus(WEIGHTS[i] / STEP, difference);
        }
        return slope;
    }

    /**
     * {@return the law that a Jacobian–vector product is the slope, relative to its norm}
     *
     * @param name what is derived
     * @param f the map
     * @param x X
     * @param direction V
     * @param jvp Df(X)[V], under test
     */
    public static LawResult jvp(String name, UnaryOperator<Dense> f, Dense x, Dense direction, Dense jvp) {
        Dense slope = slope(f, x, direction);
        return new LawResult(
                "the Jacobian-vector product of " + name + " is its slope",
                subject(x),
                slope.plus(-1, jvp).frobenius() / Math.max(slope.frobenius(), Double.MIN_NORMAL),
                BOUND);
    }

    /**
     * {@return the law that a vector–Jacobian product is the adjoint of the slope, ⟨G, Df(X)[V]⟩ = ⟨Df(X)*[G], V⟩, relative
     * to ‖G‖‖Df(X)[V]‖}
     *
     * @param name what is derived
     * @param f the map
     * @param x X
     * @param direction V
     * @param cotangent G, of the result's shape
     * @param vjp Df(X)*[G], under test, of X's shape
     */
    public static LawResult vjp(
            String name, UnaryOperator<Dense> f, Dense x, Dense direction, Dense cotangent, Dense vjp) {
        Dense slope = slope(f, x, direction);
        double scale = Math.max(cotangent.frobenius() * slope.frobenius(), Double.MIN_NORMAL);
        double error = Math.abs(inner(cotangent, slope) - inner(vjp, direction)) / scale;
        return new LawResult(
                "the vector-Jacobian product of " + name + " is the adjoint of its slope", subject(x), error, BOUND);
    }

    private static double inner(Dense a, Dense b) {
        return a.transposed().times(b).trace();
    }

    private static String subject(Dense x) {
        return x.rows() + " x " + x.columns() + ", ‖X‖_F = " + x.frobenius();
    }
}
