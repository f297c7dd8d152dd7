package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Triangle;
import org.isospin.backend.Workspace;

/**
 * The polar factor by the dynamically weighted Halley iteration (QDWH): {@link Halley} steps by Cholesky, before them what a
 * badly conditioned A needs, and an {@link OrthonormalPolish} after them.
 *
 * <ul>
 *   <li>F64: Halley steps by QR, backward stable like those by Cholesky (Nakatsukasa and Higham 2012). They never make a
 *       large singular value small on its way to 1, as the minimax polynomials of {@link PolarExpress} do, which lose the
 *       symmetry of UᵀA in proportion to the condition number. A square A gets a {@link PolarRefinement}.
 *   <li>F32: scaled Newton steps X ← ½(ζX + X⁻ᵀ/ζ) in F64 (Byers and Xu 2008), each of which takes the root of κ. What comes
 *       out has κ ≤ 22, so that rounding it to F32 moves its polar factor by 22u at most, whatever A's κ was.
 * </ul>
 *
 * <p>A tall A = Q·R is replaced by R. The bounds of σ₁ and σₙ that choose the weights are ‖G‖^½ of G = XᵀX and of the same
 * for X⁻¹, with the lesser of the ∞- and Frobenius norms: never too small, and too large by n^¼ at most. In F64, where a bound beyond
 * 100 costs a refinement, they are ‖G²‖^¼, too large by n^⅛.
 */
final class WeightedHalley {
    /** Defect, in √u, that the polish turns into less than u. */
    private static final double POLISHABLE = 0.25;

    /** Condition up to which there is a polar factor: beyond it a matrix is singular but for rounding in F64. */
    static final double REGULAR = 0x1p50;

    /** Of Newton for κ = 2⁵⁰; Halley needs 6. */
    private static final int MOST_STEPS = 10;

    private WeightedHalley() {}

    /** Which steps are taken. */
    enum Steps {
        /** Those that the class describes for the type. */
        BEST,
        /** Halley's, in the type to compute in. */
        HALLEY,
        /** Newton's, in F64. */
        NEWTON
    }

    /**
     * u ← the polar factor of a, if a is regular; otherwise u is unspecified. Waits once.
     *
     * @param stream where it runs
     * @param a m × n, m ≥ n ≥ 1, of any type
     * @param kind which steps
     * @param u m × n, output, scratch of the type to compute in
     * @return the steps and the bound of κ; for an a that is singular or not finite, no steps and an infinite one
     */
    static PolarFactor.Outcome factor(ComputeStream stream, Matrix a, Steps kind, Matrix u) {
        Workspace ws = stream.workspace();
        DType type = u.dtype();
        int m = a.rows();
        int n = a.columns();
        ws.mark();
        try {
            Matrix w = ws.matrix(type, m, n);
            Matrix x = w;
            Matrix q = w;
            Matrix original = w;
            stream.scaleToOne(a, w, stream.scalar());
            boolean isRefinable = m == n && type == DType.F64;
            if (isRefinable) {
                original = ws.matrix(type, n, n);
                stream.copy(w, original);
            }
            if (m > n) {
                q = ws.matrix(type, m, n);
                x = ws.matrix(type, n, n);
                stream.qr(w, q, x);
            }
            // X and X⁻¹, in F64.
            Matrix y = type == DType.F64 ? x : ws.matrix(DType.F64, n, n);
            Matrix z = ws.matrix(DType.F64, n, n);
            Scalar bound = stream.scalar();
            Scalar least = stream.scalar();
            double condition = normalize(stream, x, y, z, bound, least);
            if (!(condition <= REGULAR)) {
                return PolarFactor.Outcome.SINGULAR;
            }
            int steps = steps(stream, kind, x, y, z, Math.max(1, condition));
            if (m > n) {
                stream.gemm(stream.arithmetic(type), 1, q, x, 0, w, w);
            }
            OrthonormalPolish.apply(stream, w, u);
            if (isRefinable && PolarRefinement.isFor(condition)) {
                PolarRefinement.apply(stream, original, bound, least, u);
            }
            return new PolarFactor.Outcome(steps, condition);
        } finally {
            ws.release();
        }
    }

    /** x ← the polar factor of y, but for what the polish removes; x may be y. {@return how many steps it took} */
    private static int steps(ComputeStream stream, Steps kind, Matrix x, Matrix y, Matrix z, double condition) {
        double from = condition;
        int steps = 0;
        while (takesNewton(kind, x.dtype(), from)) {
            if (steps > 0) {
                stream.inverse(y, z, stream.scalar());
            }
            stream.progress().at("polar", steps, MOST_STEPS);
            from = newtonStep(stream, y, z, from);
            steps++;
        }
        if (!x.equals(y)) {
            stream.copy(y, x);
        }
        return kind == Steps.NEWTON ? steps : iterate(stream, x, from, steps);
    }

    private static boolean takesNewton(Steps kind, DType type, double condition) {
        return switch (kind) {
            case HALLEY -> false;
            case NEWTON -> 1 / condition < close(type);
            case BEST -> type != DType.F64 && !Halley.forLower(1 / condition).isWellConditioned();
        };
    }

    /** {@return where the least singular value is so close to the largest that the polish does the rest} */
    static double close(DType type) {
        return 1 - POLISHABLE * Math.sqrt(type.unitRoundoff());
    }

    /**
     * bound ← β ≥ ‖x‖, least ← 1/γ with γ ≥ ‖x⁻¹‖, y ← x/β and z ← βx⁻¹. {@return a bound of κ(x); NaN or infinite if x is not
     * finite or singular}
     */
    private static double normalize(ComputeStream stream, Matrix x, Matrix y, Matrix z, Scalar bound, Scalar least) {
        Workspace ws = stream.workspace();
        int n = x.rows();
        ws.mark();
        try {
            Matrix gram = ws.matrix(x.dtype(), n, n);
            Matrix square = x.dtype() == DType.F64 ? ws.matrix(x.dtype(), n, n) : gram;
            Matrix inverse = z;
            Scalar condition = stream.scalar();
            Scalar reciprocal = stream.scalar();
            if (!y.equals(x)) {
                stream.copy(x, y);
            }
            stream.inverse(y, z, stream.scalar());
            if (z.dtype() != x.dtype()) {
                inverse = ws.matrix(x.dtype(), n, n);
                stream.copy(z, inverse);
            }
            norm(stream, x, gram, square, bound);
            norm(stream, inverse, gram, square, condition);
            stream.scalarOp(ScalarOp.MULTIPLY, bound, condition, condition);
            stream.scalarOp(ScalarOp.DIVIDE, bound, condition, least);
            stream.set(reciprocal, 1);
            stream.scalarOp(ScalarOp.DIVIDE, reciprocal, bound, reciprocal);
            stream.scale(reciprocal, y, y);
            stream.scale(bound, z, z);
            return stream.read(condition);
        } finally {
            ws.release();
        }
    }

    /** bound ← a root of the lesser of the ∞- and Frobenius norms of G = xᵀx, the square one, or of G², the fourth, if there is room. */
    private static void norm(ComputeStream stream, Matrix x, Matrix gram, Matrix square, Scalar bound) {
        Scalar other = stream.scalar();
        Arithmetic arithmetic = stream.arithmetic(x.dtype());
        boolean isSquared = square != gram;
        stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, x.transposed(), x, 0, gram, gram);
        if (isSquared) {
            stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, gram, gram, 0, square, square);
        }
        stream.reduce(Reduction.NORM_INF, square, bound);
        stream.reduce(Reduction.FROBENIUS, square, other);
        stream.scalarOp(ScalarOp.MIN, bound, other, bound);
        stream.scalarOp(ScalarOp.SQRT, bound, bound, bound);
        if (isSquared) {
            stream.scalarOp(ScalarOp.SQRT, bound, bound, bound);
        }
    }

    /**
     * y ← ½(√κ·y + zᵀ/√κ), divided by the largest singular value that it may have. {@return the new κ}
     *
     * @param z y⁻¹
     */
    private static double newtonStep(ComputeStream stream, Matrix y, Matrix z, double condition) {
        // Singular values in [1/κ, 1] go to [1, κ′], by √κ·y and z/√κ, and are divided by κ′ at once.
        double root = Math.sqrt(condition);
        double next = (root + 1 / root) / 2;
        stream.combine(root / 2 / next, y, 0.5 / root / next, z.transposed(), 0, y);
        return next;
    }

    /** Brings all singular values in [1/κ, 1] to 1, but for a defect that the polish removes. {@return the steps} */
    private static int iterate(ComputeStream stream, Matrix x, double condition, int before) {
        double close = close(x.dtype());
        double l = Math.min(1, 1 / condition);
        int steps = before;
        while (l < close) {
            stream.progress().at("polar", steps, MOST_STEPS);
            Halley weights = Halley.forLower(l);
            if (weights.isWellConditioned()) {
                choleskyStep(stream, weights, x);
            } else {
                qrStep(stream, weights, x);
            }
            l = weights.next();
            steps++;
        }
        return steps;
    }

    /** X ← (b/c)X + (a − b/c)X(I + cXᵀX)⁻¹. */
    private static void choleskyStep(ComputeStream stream, Halley weights, Matrix x) {
        Workspace ws = stream.workspace();
        int n = x.rows();
        double ratio = weights.b() / weights.c();
        ws.mark();
        try {
            Matrix z = ws.matrix(x.dtype(), n, n);
            Matrix y = ws.matrix(x.dtype(), n, n);
            Arithmetic arithmetic = stream.arithmetic(x.dtype());
            stream.gemmt(arithmetic, Symmetry.SYMMETRIC, weights.c(), x.transposed(), x, 0, z, z);
            stream.addDiagonal(1, z);
            stream.cholesky(z, stream.scalar());
            stream.copy(x, y);
            stream.solveTriangular(Triangle.LOWER, z, y.transposed());
            stream.solveTriangular(Triangle.UPPER, z.transposed(), y.transposed());
            stream.combine(ratio, x, weights.a() - ratio, y, 0, x);
        } finally {
            ws.release();
        }
    }

    /** The same by [√c·X; I] = [Q₁; Q₂]·R: √c·X(I + cXᵀX)⁻¹ = Q₁Q₂ᵀ, without forming what is inverted. */
    private static void qrStep(ComputeStream stream, Halley weights, Matrix x) {
        Workspace ws = stream.workspace();
        int n = x.rows();
        double ratio = weights.b() / weights.c();
        double root = Math.sqrt(weights.c());
        ws.mark();
        try {
            Matrix scaled = ws.matrix(x.dtype(), n, n);
            Matrix q = ws.matrix(x.dtype(), 2 * n, n);
            stream.scale(root, x, scaled);
            stream.qrOverIdentity(scaled, q);
            Matrix upper = ws.view(q, 0, 0, n, n);
            Matrix lower = ws.view(q, n, 0, n, n).transposed();
            stream.gemm(stream.arithmetic(x.dtype()), (weights.a() - ratio) / root, upper, lower, ratio, x, x);
        } finally {
            ws.release();
        }
    }
}
