package org.isospin.properties;

import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;

/**
 * Laws of the exponential of a skew matrix A, u the unit roundoff and orth(Q) = ‖QᵀQ − I‖_F/√n.
 *
 * <p>Bounds: an exponential that carries D = cos − I and K = sin apart reaches orth ≤ 2u(1 + 2‖A‖); F32 storage itself costs
 * 0.6u, and checks that multiply results in F64 add nothing at that scale.
 */
public final class ExpLaws {
    private static final int[] ORDERS = {1, 2, 3, 8, 33, 64};
    private static final double[] NORMS = {1e-30, 1e-3, 0.5, 1, 2.4};

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
        for (double angle : new double[] {1e-8, 0.1, 1, 3, 7}) {
            worst.add(planes(exp, dtype, 7, angle));
        }
        return worst.results();
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
     * {@return the law that exp(A)² = exp(2A): each side is within 2u(1 + 2‖A‖)√n of the truth per unit of Frobenius norm
     * over √n, the left side twice}
     *
     * @param exp the map
     * @param a A; the law also applies the map to 2A
     */
    public static LawResult doubling(SkewMap exp, SkewMatrix a) {
        SkewMatrix twice = Generators.scaled(2, a);
        Dense q = Subjects.apply(exp, a);
        double error = q.times(q).plus(-1, Subjects.apply(exp, twice)).frobenius() / Math.sqrt(Math.max(1, a.order()));
        // Forward errors of about (1 + ‖A‖)u each: twice on the left, once with 2A on the right, and a factor 2 to
        // spare.
        double bound = 2 * a.dtype().unitRoundoff() * (3 + 4 * Dense.of(a).norm2())
                + 4 * a.dtype().unitRoundoff();
        return new LawResult("exp(A)² = exp(2A)", Subjects.describe(a), error, bound);
    }

    /**
     * {@return the law that det exp(A) = 1: log det differs by at most n times a column's error}
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
        SkewMatrix a = SkewMatrix.allocate(dtype, n);
        Matrix dense = a.toDense();
        for (int j = 0; 2 * j + 1 < n; j++) {
            dense.set(2 * j, 2 * j + 1, angle / (j + 1));
            dense.set(2 * j + 1, 2 * j, -dense.get(2 * j, 2 * j + 1));
        }
        a = SkewMatrix.copyOf(dense);
        Dense expected = Dense.identity(n);
        for (int j = 0; 2 * j + 1 < n; j++) {
            double theta = a.get(2 * j, 2 * j + 1);
            expected.set(2 * j, 2 * j, Math.cos(theta));
            expected.set(2 * j + 1, 2 * j + 1, Math.cos(theta));
            expected.set(2 * j, 2 * j + 1, Math.sin(theta));
            expected.set(2 * j + 1, 2 * j, -Math.sin(theta));
        }
        double error = Subjects.apply(exp, a).plus(-1, expected).max();
        return new LawResult(
                "planes turn by their angle",
                Subjects.describe(a),
                error,
                2 * dtype.unitRoundoff() * (1 + 2 * Math.abs(angle)));
    }
}
