package org.isospin.properties;

import java.util.List;
import org.isospin.DType;
import org.isospin.SkewMatrix;
import org.isospin.rotation.CayleyStep;

/**
 * Laws of the truncated Cayley transforms of a skew matrix A, with X = cA: the product (I + X)(I + X + … + Xᵏ) and the
 * series I + 2(X + … + Xᵏ).
 *
 * <p>Bounds: rounding errors are a few u of the polynomial's value at ‖X‖, with u the unit roundoff of A's type.
 */
public final class CayleyNeumannLaws {
    private static final int[] ORDERS = {0, 1, 2, 3, 8, 33};
    private static final double[] NORMS = {1e-30, 1e-3, 0.1, 0.5, 1.5};

    private CayleyNeumannLaws() {}

    /**
     * {@return every law of the product on inputs drawn from a seed, of each law the worst case}
     *
     * @param product the map A ↦ (I + X)(I + X + … + Xᵏ)
     * @param order k
     * @param step the c it has
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> checkProduct(SkewMap product, int order, CayleyStep step, DType dtype, long seed) {
        return check(product, order, 1, step, dtype, seed);
    }

    /**
     * {@return every law of the series on inputs drawn from a seed, of each law the worst case}
     *
     * @param series the map A ↦ I + 2(X + … + Xᵏ)
     * @param order k
     * @param step the c it has
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> checkSeries(SkewMap series, int order, CayleyStep step, DType dtype, long seed) {
        return check(series, order, 0, step, dtype, seed);
    }

    private static List<LawResult> check(SkewMap map, int order, double last, CayleyStep step, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int n : ORDERS) {
            for (double norm : NORMS) {
                SkewMatrix a = Generators.skew(dtype, n, norm, seed + n);
                worst.add(polynomial(map, order, last, step, a));
                worst.add(truncation(map, order, last, step, a));
                worst.add(opposite(map, a));
            }
        }
        return worst.results();
    }

    /**
     * {@return the law that the map is I + 2X + … + 2Xᵏ + last·Xᵏ⁺¹}
     *
     * @param map the map
     * @param order k
     * @param last 1 for the product, 0 for the series
     * @param step c
     * @param a A
     */
    public static LawResult polynomial(SkewMap map, int order, double last, CayleyStep step, SkewMatrix a) {
        int n = a.order();
        Dense x = Dense.zero(n, n).plus(step.factor(), Dense.of(a));
        double norm = x.norm2();
        Dense expected = Dense.identity(n);
        Dense power = Dense.identity(n);
        double size = 1;
        for (int j = 1; j <= order + 1; j++) {
            double coefficient = j <= order ? 2 : last;
            power = power.times(x);
            expected = expected.plus(coefficient, power);
            size += coefficient * Math.pow(norm, j);
        }
        double error = Subjects.apply(map, a).plus(-1, expected).frobenius() / Math.sqrt(Math.max(1, n));
        // Each power is rounded once or twice, as is each partial sum: 3u of the sum of magnitudes, or 1u of it for the
        // output and 2u for the rest.
        return new LawResult(
                "the map is its polynomial",
                describe(order, a),
                error,
                3 * a.dtype().unitRoundoff() * size);
    }

    /**
     * {@return the law that the defect is that of the truncation: with t = ‖X‖ᵏ⁺¹, at most t(2 + t) for the product, which
     * is (I − Xᵏ⁺¹)·Cayley(A), and 4t(1 + t) for the series, which is Cayley(A) − 2Xᵏ⁺¹(I − X)⁻¹}
     *
     * @param map the map
     * @param order k
     * @param last 1 for the product, 0 for the series
     * @param step c
     * @param a A
     */
    public static LawResult truncation(SkewMap map, int order, double last, CayleyStep step, SkewMatrix a) {
        // norm2 may be a few percent low.
        double norm = 1.05 * Math.abs(step.factor()) * Dense.of(a).norm2();
        double t = Math.pow(norm, order + 1);
        double size = 1;
        for (int j = 1; j <= order; j++) {
            size += 2 * Math.pow(norm, j);
        }
        size += last * t;
        // Rounding errors of the polynomial appear twice, times the polynomial itself.
        double bound =
                (last == 0 ? 4 * t * (1 + t) : t * (2 + t)) + 6 * a.dtype().unitRoundoff() * size * size;
        return new LawResult(
                "orthogonal up to the truncation",
                describe(order, a),
                Subjects.apply(map, a).orthogonalityDefect(),
                bound);
    }

    /**
     * {@return the law that −A gives the transpose, to the last bit}
     *
     * @param map the map
     * @param a A
     */
    public static LawResult opposite(SkewMap map, SkewMatrix a) {
        SkewMatrix minus = Generators.scaled(-1, a);
        double error = Subjects.apply(map, minus)
                .plus(-1, Subjects.apply(map, a).transposed())
                .max();
        return new LawResult("-A gives the transpose bit for bit", Subjects.describe(a), error, 0);
    }

    private static String describe(int order, SkewMatrix a) {
        return Subjects.describe(a) + ", k = " + order;
    }
}
