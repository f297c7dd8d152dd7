package org.isospin.properties;

import java.util.List;
import java.util.Locale;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.rotation.CayleyStep;

/**
 * Laws of the Cayley transform Q = (I + X)(I − X)⁻¹ with X = cA of a skew matrix A, and of its inverse; u is the unit
 * roundoff of A's type and orth(Q) = ‖QᵀQ − I‖_F/√n.
 *
 * <p>Bounds: with the identity kept out of the recursion orth ≤ 2u for ‖A‖ ≤ 1, and the forward error, ‖·‖_F/√n, is at most
 * (1 + 2‖X‖)u; beyond ‖A‖ = 1 orth follows the forward error.
 */
public final class CayleyLaws {
    /** Finds the A whose Cayley transform is Q. */
    @FunctionalInterface
    public interface InverseMap {
        /**
         * Applies the map.
         *
         * @param q n × n; must not be changed
         * @param out of order n, receives the result
         */
        void apply(Matrix q, SkewMatrix out);
    }

    private static final int[] ORDERS = {0, 1, 2, 3, 8, 33, 64};
    private static final double[] NORMS = {1e-30, 1e-3, 0.5, 1, 4};
    private static final double[] ANGLES = {1e-8, 0.1, 1, 3};

    private CayleyLaws() {}

    /**
     * {@return every law on inputs drawn from a seed, of each law the worst case}
     *
     * @param cayley the map
     * @param step the c it has
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> check(SkewMap cayley, CayleyStep step, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int n : ORDERS) {
            worst.add(zero(cayley, dtype, n));
            for (double norm : NORMS) {
                SkewMatrix a = Generators.skew(dtype, n, norm, seed + n);
                worst.add(orthogonality(cayley, step, a));
                worst.add(opposite(cayley, step, a));
                worst.add(equation(cayley, step, a));
            }
        }
        worst.add(nan(cayley, dtype, 5));
        for (double angle : ANGLES) {
            worst.add(planes(cayley, step, dtype, 7, angle));
        }
        return worst.results();
    }

    /**
     * {@return the law of the inverse on inputs drawn from a seed, the worst case}
     *
     * @param inverse the map
     * @param step the c it has
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> checkInverse(InverseMap inverse, CayleyStep step, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int n : ORDERS) {
            for (double angle : ANGLES) {
                worst.add(inverse(inverse, step, dtype, n, angle, seed + n));
            }
        }
        return worst.results();
    }

    private static double norm(CayleyStep step, SkewMatrix a) {
        return Math.abs(step.factor()) * Dense.of(a).norm2();
    }

    private static double forward(SkewMatrix a, double norm) {
        return a.dtype().unitRoundoff() * (1 + 2 * norm);
    }

    /**
     * {@return the law that Q is orthogonal: orth ≤ 2u for ‖A‖ ≤ 1}
     *
     * @param cayley the map
     * @param step c
     * @param a A
     */
    public static LawResult orthogonality(SkewMap cayley, CayleyStep step, SkewMatrix a) {
        double size = norm(step, a);
        // ‖A‖ ≤ 1 is the promised range, to its rounding. Beyond, QᵀQ − I is Q's error twice.
        double bound = size / Math.abs(step.factor()) <= 1.001 ? 2 * a.dtype().unitRoundoff() : 2 * forward(a, size);
        return new LawResult(
                "Cayley(A) is orthogonal",
                Subjects.describe(a),
                Subjects.apply(cayley, a).orthogonalityDefect(),
                bound);
    }

    /**
     * {@return the law that Cayley(−A) = Cayley(A)ᵀ, to the sum of both errors}
     *
     * @param cayley the map
     * @param step c
     * @param a A
     */
    public static LawResult opposite(SkewMap cayley, CayleyStep step, SkewMatrix a) {
        Dense minus = Subjects.apply(cayley, Generators.scaled(-1, a));
        double error =
                minus.plus(-1, Subjects.apply(cayley, a).transposed()).frobenius() / Math.sqrt(Math.max(1, a.order()));
        return new LawResult("Cayley(-A) = Cayley(A)ᵀ", Subjects.describe(a), error, 2 * forward(a, norm(step, a)));
    }

    /**
     * {@return the law that Cayley(0) is exactly I}
     *
     * @param cayley the map
     * @param dtype element type
     * @param n order
     */
    public static LawResult zero(SkewMap cayley, DType dtype, int n) {
        SkewMatrix a = SkewMatrix.allocate(dtype, n);
        return new LawResult(
                "Cayley(0) = I exactly",
                Subjects.describe(a),
                Subjects.apply(cayley, a).plus(-1, Dense.identity(n)).max(),
                0);
    }

    /**
     * {@return the law that defines Q: Q(I − X) = I + X, which multiplies the error of Q by I − X}
     *
     * @param cayley the map
     * @param step c
     * @param a A
     */
    public static LawResult equation(SkewMap cayley, CayleyStep step, SkewMatrix a) {
        Dense identity = Dense.identity(a.order());
        Dense x = Dense.zero(a.order(), a.order()).plus(step.factor(), Dense.of(a));
        Dense right = Dense.zero(a.order(), a.order()).plus(-1, identity).plus(-1, x);
        Dense residual = Subjects.apply(cayley, a).timesPlus(identity.plus(-1, x), right);
        double error = residual.frobenius() / Math.sqrt(Math.max(1, a.order()));
        double size = norm(step, a);
        return new LawResult("Cayley(A)(I - cA) = I + cA", Subjects.describe(a), error, forward(a, size) * (1 + size));
    }

    /**
     * {@return the law that a plane turns by 2·atan(cθ)}
     *
     * @param cayley the map
     * @param step c
     * @param dtype element type
     * @param n order
     * @param angle θ of the first plane; plane j has θ/(j + 1)
     */
    public static LawResult planes(SkewMap cayley, CayleyStep step, DType dtype, int n, double angle) {
        SkewMatrix a = Generators.skewPart(dtype, Generators.planes(n, angle, t -> 0, t -> t));
        Dense expected = Generators.planes(
                n,
                angle,
                t -> Math.cos(turn(step, Generators.rounded(dtype, t))),
                t -> Math.sin(turn(step, Generators.rounded(dtype, t))));
        double error = Subjects.apply(cayley, a).plus(-1, expected).max();
        // Every element is within the forward error of a plane; the sum over planes that ‖·‖_F/√n averages is not
        // taken.
        double bound = 2 * forward(a, Math.abs(step.factor() * angle));
        return new LawResult("planes turn by 2·atan(cθ)", Subjects.describe(a), error, bound);
    }

    private static double turn(CayleyStep step, double theta) {
        return 2 * Math.atan(step.factor() * theta);
    }

    /**
     * {@return the law that the inverse finds the A of a rotation of known planes}
     *
     * @param inverse the map
     * @param step c
     * @param dtype element type
     * @param n order
     * @param angle θ of A's first plane; plane j has θ/(j + 1)
     * @param seed of the basis that the planes lie in
     */
    public static LawResult inverse(InverseMap inverse, CayleyStep step, DType dtype, int n, double angle, long seed) {
        Dense basis = Generators.orthonormal(n, n, seed);
        Dense planes = Generators.planes(n, angle, t -> 0, t -> t);
        Dense rotations = Generators.planes(n, angle, t -> Math.cos(turn(step, t)), t -> Math.sin(turn(step, t)));
        Matrix q = basis.times(rotations).times(basis.transposed()).to(dtype);
        Dense expected = basis.times(planes).times(basis.transposed());
        SkewMatrix out = SkewMatrix.allocate(dtype, n);
        Generators.garbage(out.packed());
        inverse.apply(q, out);
        double error = Dense.of(out).plus(-1, expected).frobenius() / Math.sqrt(Math.max(1, n));
        // With X = cA, dX = ½(I − X)dQ(I − X): the rounding of Q (u), its construction here, in F64 (4u: a basis and
        // two
        // products) and the solution's own error (5u for small n) are amplified by ½(1 + ‖X‖²).
        double x = step.factor() * Math.abs(angle);
        double bound = dtype.unitRoundoff() * 5 * (1 + x * x) / Math.abs(step.factor());
        return new LawResult(
                "the inverse finds A",
                dtype + ", n = " + n + String.format(Locale.ROOT, ", angle %.3g", angle),
                error,
                bound);
    }

    /**
     * {@return the law that NaN in A is told by the result or by an exception}
     *
     * @param cayley the map
     * @param dtype element type
     * @param n order, at least 2
     */
    public static LawResult nan(SkewMap cayley, DType dtype, int n) {
        SkewMatrix a = Generators.skew(dtype, n, 0.5, n);
        a.packed().set(0, a.packed().columns() - 1, Double.NaN);
        return Subjects.nan("Cayley", Subjects.describe(a), () -> Subjects.apply(cayley, a));
    }
}
