package org.isospin.properties;

import java.util.List;
import org.isospin.DType;
import org.isospin.SkewMatrix;

/**
 * Laws of the exponential of a skew matrix A, u the unit roundoff of A's type and orth(Q) = ‖QᵀQ − I‖_F/√n.
 *
 * <p>Bounds: an exponential that carries D = cos − I and K = sin apart reaches orth ≤ 2u(1 + 2‖A‖). Its forward error,
 * ‖·‖_F/√n, is largest where there is but one plane to average over: the polynomials' rounding is relative to the sum of the
 * magnitudes of their terms, cosh ‖A‖, so (2 + cosh ‖A‖)u, and every doubling doubles that. 16-bit types are rounded once,
 * which alone costs orth 0.6u.
 */
public final class ExpLaws {
    private static final int[] ORDERS = {0, 1, 2, 3, 8, 33, 64};
    private static final double[] NORMS = {1e-30, 1e-3, 0.5, 1, 2.4};

    /** The largest norm of a polynomial without doublings. */
    private static final double LARGEST = 3.2;

    private static final double[] SMALL_NORMS = {1e-30, 1e-10, 1e-5};

    private ExpLaws() {}

    /**
     * {@return every law on inputs drawn from a seed, of each law the worst case}
     *
     * @param exp the map
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> check(SkewMap exp, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int n : ORDERS) {
            worst.add(zero(exp, dtype, n));
            for (double norm : NORMS) {
                SkewMatrix a = Generators.skew(dtype, n, norm, seed + n);
                worst.add(orthogonality(exp, a));
                worst.add(opposite(exp, a));
                worst.add(doubling(exp, a));
                worst.add(determinant(exp, a));
            }
        }
        worst.add(nan(exp, dtype, 5));
        for (double angle : new double[] {1e-8, 0.1, 1, 3, 7}) {
            worst.add(planes(exp, dtype, 7, angle));
        }
        return worst.results();
    }

    /**
     * {@return the laws of exp(A) − I on inputs drawn from a seed, of each law the worst case}
     *
     * @param expm1 the map
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> checkMinusIdentity(SkewMap expm1, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int n : ORDERS) {
            for (double norm : SMALL_NORMS) {
                worst.add(series(expm1, Generators.skew(dtype, n, norm, seed + n)));
            }
        }
        return worst.results();
    }

    private static double forward(SkewMatrix a, double norm) {
        double reduced = norm;
        double doubled = 1;
        for (; reduced > LARGEST; reduced *= 0.5) {
            doubled *= 2;
        }
        return a.dtype().unitRoundoff() * doubled * (2 + Math.cosh(reduced));
    }

    /**
     * {@return the law that exp(A) is orthogonal: orth ≤ 2u(1 + 2‖A‖)}
     *
     * @param exp the map
     * @param a A
     */
    public static LawResult orthogonality(SkewMap exp, SkewMatrix a) {
        double bound = 2 * a.dtype().unitRoundoff() * (1 + 2 * Dense.of(a).norm2());
        return new LawResult(
                "exp(A) is orthogonal",
                Subjects.describe(a),
                Subjects.apply(exp, a).orthogonalityDefect(),
                bound);
    }

    /**
     * {@return the law that exp(−A) is the transpose of exp(A), to the last bit}
     *
     * @param exp the map
     * @param a A
     */
    public static LawResult opposite(SkewMap exp, SkewMatrix a) {
        SkewMatrix minus = Generators.scaled(-1, a);
        double error = Subjects.apply(exp, minus)
                .plus(-1, Subjects.apply(exp, a).transposed())
                .max();
        return new LawResult("exp(-A) = exp(A)ᵀ bit for bit", Subjects.describe(a), error, 0);
    }

    /**
     * {@return the law that exp(0) is exactly I}
     *
     * @param exp the map
     * @param dtype element type
     * @param n order
     */
    public static LawResult zero(SkewMap exp, DType dtype, int n) {
        SkewMatrix a = SkewMatrix.allocate(dtype, n);
        return new LawResult(
                "exp(0) = I exactly",
                Subjects.describe(a),
                Subjects.apply(exp, a).plus(-1, Dense.identity(n)).max(),
                0);
    }

    /**
     * {@return the law that exp(A)² = exp(2A): the left side has twice the forward error of A, the right side that of 2A}
     *
     * @param exp the map
     * @param a A; the law also applies the map to 2A
     */
    public static LawResult doubling(SkewMap exp, SkewMatrix a) {
        SkewMatrix twice = Generators.scaled(2, a);
        Dense q = Subjects.apply(exp, a);
        double error = q.times(q).plus(-1, Subjects.apply(exp, twice)).frobenius() / Math.sqrt(Math.max(1, a.order()));
        double norm = Dense.of(a).norm2();
        return new LawResult(
                "exp(A)² = exp(2A)", Subjects.describe(a), error, 2 * forward(a, norm) + forward(a, 2 * norm));
    }

    /**
     * {@return the law that det exp(A) = 1: as log det Q = ½ tr log QᵀQ, at most ½n·orth, and the elimination that finds it
     * adds about as much}
     *
     * @param exp the map
     * @param a A
     */
    public static LawResult determinant(SkewMap exp, SkewMatrix a) {
        double bound = 2
                * Math.max(1, a.order())
                * a.dtype().unitRoundoff()
                * (1 + 2 * Dense.of(a).norm2());
        return new LawResult(
                "det exp(A) = 1",
                Subjects.describe(a),
                Math.abs(Subjects.apply(exp, a).determinant() - 1),
                bound);
    }

    /**
     * {@return the law that planes turn by their angle: A of 2 × 2 blocks gives cosines and sines, an odd order keeps the
     * eigenvalue 1}
     *
     * @param exp the map
     * @param dtype element type
     * @param n order
     * @param angle the angle of the first plane; plane j has angle/(j + 1)
     */
    public static LawResult planes(SkewMap exp, DType dtype, int n, double angle) {
        SkewMatrix a = Generators.skewPart(dtype, Generators.planes(n, angle, t -> 0, t -> t));
        Dense expected = Generators.planes(
                n, angle, t -> Math.cos(Generators.rounded(dtype, t)), t -> Math.sin(Generators.rounded(dtype, t)));
        double error = Subjects.apply(exp, a).plus(-1, expected).max();
        return new LawResult("planes turn by their angle", Subjects.describe(a), error, forward(a, Math.abs(angle)));
    }

    /**
     * {@return the law that exp(A) − I = A + A²/2 + A³/6 relative to ‖A‖, for ‖A‖ ≤ 10⁻⁵, where the next term is below u}
     *
     * @param expm1 the map
     * @param a A, of norm 10⁻⁵ or less
     */
    public static LawResult series(SkewMap expm1, SkewMatrix a) {
        Dense x = Dense.of(a);
        Dense square = x.times(x);
        Dense expected = x.plus(0.5, square).plus(1 / 6.0, square.times(x));
        double error = Subjects.apply(expm1, a).plus(-1, expected).frobenius();
        // Two roundings of the map, K and the sum, and as much for the sums here.
        return new LawResult(
                "exp(A) - I = A + A²/2 + A³/6",
                Subjects.describe(a),
                error,
                4 * a.dtype().unitRoundoff() * x.frobenius());
    }

    /**
     * {@return the law that NaN in A is told by the result or by an exception}
     *
     * @param exp the map
     * @param dtype element type
     * @param n order, at least 2
     */
    public static LawResult nan(SkewMap exp, DType dtype, int n) {
        SkewMatrix a = Generators.skew(dtype, n, 0.5, n);
        a.packed().set(0, a.packed().columns() - 1, Double.NaN);
        return Subjects.nan("exp", Subjects.describe(a), () -> Subjects.apply(exp, a));
    }
}
