package org.isospin.properties;

import java.util.List;
import java.util.Locale;
import java.util.function.DoubleUnaryOperator;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;

/**
 * Laws of the logarithm A of a rotation Q; u is the unit roundoff of Q's type.
 *
 * <p>Bounds: a rounding of Q, u in ‖·‖_F/√n, moves the entry of A between planes of angles θ and θ' by h/sin h at most, h =
 * (θ + θ')/2; the algorithm itself is off by 4uθ or so.
 */
public final class RotationLogLaws {
    /** Finds the skew matrix whose exponential is a rotation. */
    @FunctionalInterface
    public interface LogMap {
        /**
         * Applies the map.
         *
         * @param q n × n; must not be changed
         * @param out of order n, receives the result
         */
        void apply(Matrix q, SkewMatrix out);
    }

    private static final int[] ORDERS = {0, 1, 2, 3, 8, 33, 64};
    private static final double[] ANGLES = {1e-8, 0.05, 0.7, 1.5, 3, Math.PI - 1e-5};

    private RotationLogLaws() {}

    /**
     * {@return every law on inputs drawn from a seed, of each law the worst case}
     *
     * @param log the map
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> check(LogMap log, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int n : ORDERS) {
            worst.add(identity(log, dtype, n));
            worst.add(halfTurns(log, dtype, n, n / 2, seed + n));
            worst.add(halfTurns(log, dtype, n, Math.min(1, n / 2), seed + n));
            for (double norm : new double[] {1e-30, 1e-10}) {
                worst.add(small(log, Generators.skew(dtype, n, norm, seed + n)));
            }
            for (double angle : ANGLES) {
                worst.add(planes(log, dtype, n, angle, seed + n));
                worst.add(transposed(log, dtype, n, angle, seed + n));
            }
        }
        worst.add(nan(log, dtype, 5));
        return worst.results();
    }

    private static Dense apply(LogMap log, Matrix q) {
        SkewMatrix out = SkewMatrix.allocate(q.dtype(), q.rows());
        Generators.garbage(out.packed());
        log.apply(q, out);
        return Dense.of(out);
    }

    private static Dense turned(
            int n, double angle, DoubleUnaryOperator diagonal, DoubleUnaryOperator above, long seed) {
        Dense basis = Generators.orthonormal(n, n, seed);
        return basis.times(Generators.planes(n, angle, diagonal, above)).times(basis.transposed());
    }

    /** Planes turn by θ, θ/2, …, so the sharpest pair is that of the first two. */
    private static double bound(DType dtype, int n, double angle) {
        double half = n < 4 ? angle / 2 : 0.75 * angle;
        double sensitivity = half == 0 ? 1 : half / Math.sin(half);
        // The rounding of Q, and its construction in F64: a basis that is orthonormal to 4u, and two products.
        double input = (dtype.unitRoundoff() + 8 * DType.F64.unitRoundoff()) * sensitivity;
        return input + dtype.unitRoundoff() * 6 * angle;
    }

    private static String subject(DType dtype, int n, double angle) {
        return dtype + ", n = " + n + String.format(Locale.ROOT, ", angle %.6g", angle);
    }

    /**
     * {@return the law that log finds the angles and planes of a rotation}
     *
     * @param log the map
     * @param dtype element type
     * @param n order
     * @param angle θ of the first plane, below π; plane j has θ/(j + 1)
     * @param seed of the basis that the planes lie in
     */
    public static LawResult planes(LogMap log, DType dtype, int n, double angle, long seed) {
        Matrix q = turned(n, angle, Math::cos, Math::sin, seed).to(dtype);
        Dense expected = turned(n, angle, t -> 0, t -> t, seed);
        double error = apply(log, q).plus(-1, expected).frobenius() / Math.sqrt(Math.max(1, n));
        return new LawResult("log finds planes and angles", subject(dtype, n, angle), error, bound(dtype, n, angle));
    }

    /**
     * {@return the law that log(Qᵀ) = −log(Q)}
     *
     * @param log the map
     * @param dtype element type
     * @param n order
     * @param angle θ of the first plane, below π; plane j has θ/(j + 1)
     * @param seed of the basis that the planes lie in
     */
    public static LawResult transposed(LogMap log, DType dtype, int n, double angle, long seed) {
        Matrix q = turned(n, angle, Math::cos, Math::sin, seed).to(dtype);
        double error = apply(log, q).plus(1, apply(log, q.transposed())).frobenius() / Math.sqrt(Math.max(1, n));
        return new LawResult("log(Qᵀ) = -log(Q)", subject(dtype, n, angle), error, 2 * bound(dtype, n, angle));
    }

    /**
     * {@return the law that log(I) is exactly 0}
     *
     * @param log the map
     * @param dtype element type
     * @param n order
     */
    public static LawResult identity(LogMap log, DType dtype, int n) {
        return new LawResult(
                "log(I) = 0 exactly",
                subject(dtype, n, 0),
                apply(log, Dense.identity(n).to(dtype)).max(),
                0);
    }

    /**
     * {@return the law that half turns have angle π in whatever planes: A² = −π²(I − Q)/2 for the Q that turns some planes
     * by π and leaves the others}
     *
     * @param log the map
     * @param dtype element type
     * @param n order
     * @param planes how many planes are turned
     * @param seed of the basis that the planes lie in
     */
    public static LawResult halfTurns(LogMap log, DType dtype, int n, int planes, long seed) {
        Dense basis = Generators.orthonormal(n, 2 * planes, seed);
        Dense projector = basis.times(basis.transposed());
        Matrix q = Dense.identity(n).plus(-2, projector).to(dtype);
        Dense a = apply(log, q);
        double square = Math.PI * Math.PI;
        double error = a.timesPlus(a, Dense.zero(n, n).plus(square, projector)).frobenius() / Math.sqrt(Math.max(1, n));
        // Twice A's error, times π: that of Q's rounding, of A's, and of singular vectors, √n·u of F64.
        double u = dtype.unitRoundoff() + (8 + 4 * Math.sqrt(n)) * DType.F64.unitRoundoff();
        return new LawResult(
                "half turns have the angle π", dtype + ", n = " + n + ", planes " + planes, error, 2 * square * u);
    }

    /**
     * {@return the law that log(I + A) = A relative to ‖A‖ for ‖A‖ ≤ 10⁻¹⁰: I + A is orthogonal to its rounding, and what A
     * lacks of its logarithm, A³/3, below u. The logarithm of a Q whose diagonal is 1 is as accurate as its other elements:
     * 3u, and u for its rounding}
     *
     * @param log the map
     * @param a A, of norm 10⁻¹⁰ or less
     */
    public static LawResult small(LogMap log, SkewMatrix a) {
        int n = a.order();
        Dense x = Dense.of(a);
        Matrix q = Dense.identity(n).plus(1, x).to(a.dtype());
        double bound = 4 * a.dtype().unitRoundoff() * x.frobenius() + n * Subjects.underflow(a.dtype());
        return new LawResult(
                "log(I + A) = A for tiny A",
                Subjects.describe(a),
                apply(log, q).plus(-1, x).frobenius(),
                bound);
    }

    /**
     * {@return the law that NaN in Q is told by the result or by an exception}
     *
     * @param log the map
     * @param dtype element type
     * @param n order, at least 2
     */
    public static LawResult nan(LogMap log, DType dtype, int n) {
        Matrix q = turned(n, 1, Math::cos, Math::sin, n).to(dtype);
        q.set(n / 2, n / 2, Double.NaN);
        return Subjects.nan("log", subject(dtype, n, 1), () -> apply(log, q));
    }
}
