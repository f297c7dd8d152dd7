package org.isospin.properties;

import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;

/**
 * Laws of the Taylor polynomial E_k(A) = Σ A^j/j!, j ≤ k, of a skew A and of its action on W; u is the unit roundoff of the
 * operands' type.
 *
 * <p>Bounds: rounding is relative to the sum of the magnitudes of the terms, exp ‖A‖, and the dot products of an action
 * round √n times at random, a quarter of which remains as partial sums are smaller than whole ones.
 */
public final class TruncatedExpLaws {
    private static final int[] ORDERS = {0, 1, 2, 3, 8, 33};
    private static final int[] DEGREES = {0, 1, 2, 3, 4, 7, 12};
    private static final double[] NORMS = {1e-30, 1e-3, 0.5, 1.5};
    private static final double TINY = 1e-20;

    private TruncatedExpLaws() {}

    /** E_k(A). */
    @FunctionalInterface
    public interface Polynomial {
        /**
         * out ← E_k(A).
         *
         * @param a A
         * @param degree k
         * @param out the output
         */
        void apply(SkewMatrix a, int degree, Matrix out);
    }

    /** E_k(A)·W or W·E_k(A). */
    @FunctionalInterface
    public interface Action {
        /**
         * out ← the product.
         *
         * @param a A
         * @param degree k
         * @param w W
         * @param out the output
         */
        void apply(SkewMatrix a, int degree, Matrix w, Matrix out);
    }

    /**
     * {@return every law on inputs drawn from a seed, of each law the worst case}
     *
     * @param polynomial E_k(A)
     * @param left E_k(A)·W
     * @param right W·E_k(A)
     * @param dtype the type to check them in
     * @param seed any number
     */
    public static List<LawResult> check(Polynomial polynomial, Action left, Action right, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int n : ORDERS) {
            for (int degree : DEGREES) {
                worst.add(small(left, Generators.skew(dtype, n, TINY, seed), Math.max(1, degree)));
                for (double norm : NORMS) {
                    SkewMatrix a = Generators.skew(dtype, n, norm, seed + n);
                    worst.add(polynomial(polynomial, a, degree));
                    worst.add(opposite(polynomial, a, degree));
                    for (int columns : new int[] {1, n / 2 + 2, 2 * n}) {
                        Dense w = Generators.gaussian(n, columns, seed + columns);
                        worst.add(action(left, a, degree, w));
                        worst.add(sides(left, right, a, degree, w));
                    }
                }
            }
        }
        return worst.results();
    }

    /** {@return E_k(A), term by term} */
    static Dense series(Dense a, int degree) {
        Dense sum = Dense.identity(a.rows());
        for (int j = degree; j >= 1; j--) {
            // The last factor on the left is I + A/1·(…).
            sum = Dense.identity(a.rows()).plus(1.0 / j, a.times(sum));
        }
        return sum;
    }

    /**
     * {@return the law that E_k(A) is its series: ‖·‖_F/√n ≤ (2 + exp ‖A‖)u}
     *
     * @param map the map
     * @param a A
     * @param degree k
     */
    public static LawResult polynomial(Polynomial map, SkewMatrix a, int degree) {
        double error =
                apply(map, a, degree).plus(-1, series(Dense.of(a), degree)).frobenius()
                        / Math.sqrt(Math.max(1, a.order()));
        double bound = a.dtype().unitRoundoff() * (2 + Math.exp(Dense.of(a).norm2()));
        return new LawResult("E_k(A) = Σ A^j/j!", describe(a, degree), error, bound);
    }

    /**
     * {@return the law that E_k(−A) is the transpose of E_k(A), to the last bit}
     *
     * @param map the map
     * @param a A
     * @param degree k
     */
    public static LawResult opposite(Polynomial map, SkewMatrix a, int degree) {
        Dense minus = apply(map, Generators.scaled(-1, a), degree);
        double error = minus.plus(-1, apply(map, a, degree).transposed()).max();
        return new LawResult("E_k(-A) = E_k(A)ᵀ bit for bit", describe(a, degree), error, 0);
    }

    /**
     * {@return the law that an action from the left is the product}
     *
     * @param left the action
     * @param a A
     * @param degree k
     * @param w W
     */
    public static LawResult action(Action left, SkewMatrix a, int degree, Dense w) {
        Dense rounded = Dense.of(w.to(a.dtype()));
        Dense expected = series(Dense.of(a), degree).times(rounded);
        double error = apply(left, a, degree, w).plus(-1, expected).frobenius();
        double growth = (1 + Math.sqrt(a.order()) / 4) * Math.expm1(Dense.of(a).norm2());
        double bound = a.dtype().unitRoundoff() * (2 + growth) * rounded.frobenius();
        return new LawResult(
                "E_k(A)·W is the product", describe(a, degree) + ", " + w.columns() + " columns", error, bound);
    }

    /**
     * {@return the law that Wᵀ·E_k(A) is the transpose of E_k(−A)·W, to the last bit}
     *
     * @param left the action from the left
     * @param right the action from the right
     * @param a A
     * @param degree k
     * @param w W
     */
    public static LawResult sides(Action left, Action right, SkewMatrix a, int degree, Dense w) {
        Dense one = apply(left, Generators.scaled(-1, a), degree, w);
        Dense other = apply(right, a, degree, w.transposed()).transposed();
        return new LawResult(
                "Wᵀ·E_k(A) = (E_k(-A)·W)ᵀ bit for bit",
                describe(a, degree) + ", " + w.columns() + " columns",
                one.plus(-1, other).max(),
                0);
    }

    /**
     * {@return the law that the identity is added last: for ‖A‖ ≤ 10⁻²⁰ the elements of E_k(A)·I beside the diagonal are
     * those of A to two roundings}
     *
     * @param left the action
     * @param a A, of norm 10⁻²⁰ or less
     * @param degree k, 1 or more
     */
    public static LawResult small(Action left, SkewMatrix a, int degree) {
        Dense moved = apply(left, a, degree, Dense.identity(a.order())).plus(-1, Dense.identity(a.order()));
        Dense expected = Dense.of(a);
        return new LawResult(
                "E_k(A)·I - I = A for tiny A",
                describe(a, degree),
                moved.plus(-1, expected).max(),
                2 * a.dtype().unitRoundoff() * expected.max());
    }

    private static Dense apply(Polynomial map, SkewMatrix a, int degree) {
        return Subjects.apply((x, out) -> map.apply(x, degree, out), a);
    }

    private static Dense apply(Action map, SkewMatrix a, int degree, Dense w) {
        return Subjects.apply((x, out) -> map.apply(a, degree, x, out), a.dtype(), w);
    }

    private static String describe(SkewMatrix a, int degree) {
        return Subjects.describe(a) + ", k = " + degree;
    }
}
