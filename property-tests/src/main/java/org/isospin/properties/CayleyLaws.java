package org.isospin.properties;

import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.rotation.CayleyStep;

/**
 * Laws of the Cayley transform Q = (I + cA)(I − cA)⁻¹ of a skew matrix A, u the unit roundoff.
 *
 * <p>Bounds: with the identity kept out of the recursion the defect is at most 2u for ‖A‖ ≤ 1; beyond, the inverse's
 * forward error grows with its condition √(1 + c²‖A‖²).
 */
public final class CayleyLaws {
    private static final int[] ORDERS = {1, 2, 3, 8, 33, 64};
    private static final double[] NORMS = {1e-30, 1e-3, 0.5, 1, 4};

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
            for (double norm : NORMS) {
                SkewMatrix a = Generators.skew(dtype, n, norm, seed + n);
                worst.add(orthogonality(cayley, a));
                worst.add(opposite(cayley, a));
                worst.add(equation(cayley, step, a));
            }
        }
        for (double angle : new double[] {1e-8, 0.1, 1, 3}) {
            worst.add(planes(cayley, step, dtype, 7, angle));
        }
        return worst.results();
    }

    private static double bound(SkewMatrix a) {
        double norm = Dense.of(a).norm2();
        // ‖A‖ ≤ 1 is the promised range; a few percent allow for norm2 being an estimate.
        return a.dtype().unitRoundoff() * (norm <= 1.05 ? 2 : 6 * (1 + norm));
    }

    /**
     * {@return the law that Q is orthogonal}
     *
     * @param cayley the map
     * @param a A
     */
    public static LawResult orthogonality(SkewMap cayley, SkewMatrix a) {
        return new LawResult(
                "Cayley(A) is orthogonal",
                Subjects.describe(a),
                Subjects.apply(cayley, a).orthogonalityDefect(),
                bound(a));
    }

    /**
     * {@return the law that Cayley(−A) = Cayley(A)ᵀ, to the sum of both errors}
     *
     * @param cayley the map
     * @param a A
     */
    public static LawResult opposite(SkewMap cayley, SkewMatrix a) {
        Dense minus = Subjects.apply(cayley, Generators.scaled(-1, a));
        double error =
                minus.plus(-1, Subjects.apply(cayley, a).transposed()).frobenius() / Math.sqrt(Math.max(1, a.order()));
        return new LawResult("Cayley(-A) = Cayley(A)ᵀ", Subjects.describe(a), error, 2 * bound(a));
    }

    /**
     * {@return the law that defines Q: Q(I − cA) = I + cA}
     *
     * @param cayley the map
     * @param step c
     * @param a A
     */
    public static LawResult equation(SkewMap cayley, CayleyStep step, SkewMatrix a) {
        Dense identity = Dense.identity(a.order());
        Dense scaled = Dense.zero(a.order(), a.order()).plus(step.factor(), Dense.of(a));
        Dense residual = Subjects.apply(cayley, a)
                .times(identity.plus(-1, scaled))
                .plus(-1, identity)
                .plus(-1, scaled);
        double error = residual.frobenius() / Math.sqrt(Math.max(1, a.order()));
        return new LawResult(
                "Cayley(A)(I - cA) = I + cA", Subjects.describe(a), error, bound(a) * (1 + scaled.norm2()));
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
        Matrix dense = Matrix.allocate(dtype, n, n);
        for (int j = 0; 2 * j + 1 < n; j++) {
            dense.set(2 * j, 2 * j + 1, angle / (j + 1));
            dense.set(2 * j + 1, 2 * j, -dense.get(2 * j, 2 * j + 1));
        }
        SkewMatrix a = SkewMatrix.copyOf(dense);
        Dense expected = Dense.identity(n);
        for (int j = 0; 2 * j + 1 < n; j++) {
            double theta = 2 * Math.atan(step.factor() * a.get(2 * j, 2 * j + 1));
            expected.set(2 * j, 2 * j, Math.cos(theta));
            expected.set(2 * j + 1, 2 * j + 1, Math.cos(theta));
            expected.set(2 * j, 2 * j + 1, Math.sin(theta));
            expected.set(2 * j + 1, 2 * j, -Math.sin(theta));
        }
        double error = Subjects.apply(cayley, a).plus(-1, expected).max();
        return new LawResult("planes turn by 2·atan(cθ)", Subjects.describe(a), error, bound(a));
    }
}
