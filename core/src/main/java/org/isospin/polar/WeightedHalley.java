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
 * The polar factor by the dynamically weighted Halley iteration (QDWH): {@link Halley} steps by QR while they are badly
 * conditioned, then by Cholesky, and an {@link OrthonormalPolish}.
 *
 * <p>Backward stable (Nakatsukasa and Higham 2012): it never makes a large singular value small on its way to 1, as the
 * minimax polynomials of {@link PolarExpress} do, which lose the symmetry of UᵀA in proportion to the condition number.
 *
 * <p>A tall A = Q·R is replaced by R. The bounds of σ₁ and σₙ that choose the weights are ‖G‖^½ of G = XᵀX and of the same
 * for X⁻¹, with the lesser of the ∞- and Frobenius norms: never too small, and too large by √n at most.
 */
final class WeightedHalley {
    /** Defect, in √u, that the polish turns into less than u. */
    private static final double POLISHABLE = 0.25;

    /** Steps from the smallest l there is to 1; one is left over. */
    private static final int MOST_STEPS = 8;

    private WeightedHalley() {}

    /**
     * u ← the polar factor of a, if the condition number allows it; otherwise u is unspecified. Waits once.
     *
     * @param stream where it runs
     * @param a m × n, m ≥ n ≥ 1, of any type
     * @param limit the largest bound of κ to accept
     * @param u m × n, output, scratch of the type to compute in
     * @return the steps and the bound of κ; 0 steps and a condition above limit, infinite or NaN if that was not done
     */
    static PolarFactor.Outcome factor(ComputeStream stream, Matrix a, double limit, Matrix u) {
        Workspace ws = stream.workspace();
        DType type = u.dtype();
        int m = a.rows();
        int n = a.columns();
        ws.mark();
        try {
            Matrix w = ws.matrix(type, m, n);
            Matrix x = w;
            Matrix q = w;
            Scaled.copy(stream, a, w, stream.scalar());
            if (m > n) {
                q = ws.matrix(type, m, n);
                x = ws.matrix(type, n, n);
                stream.qr(w, q, x);
            }
            double condition = normalize(stream, x);
            if (!(condition <= limit)) {
                return new PolarFactor.Outcome(0, condition);
            }
            int steps = iterate(stream, x, Math.min(1, 1 / condition));
            if (m > n) {
                stream.gemm(stream.arithmetic(type), 1, q, x, 0, w, w);
            }
            OrthonormalPolish.apply(stream, w, u);
            return new PolarFactor.Outcome(steps, condition);
        } finally {
            ws.release();
        }
    }

    /** x ← x/β with β ≥ ‖x‖. {@return a bound of κ(x)} */
    private static double normalize(ComputeStream stream, Matrix x) {
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix inverse = ws.matrix(x.dtype(), x.rows(), x.rows());
            Matrix gram = ws.matrix(x.dtype(), x.rows(), x.rows());
            Scalar bound = stream.scalar();
            Scalar condition = stream.scalar();
            stream.inverse(x, inverse, stream.scalar());
            norm(stream, x, gram, bound);
            norm(stream, inverse, gram, condition);
            stream.scalarOp(ScalarOp.MULTIPLY, bound, condition, condition);
            Scalar reciprocal = stream.scalar();
            stream.set(reciprocal, 1);
            stream.scalarOp(ScalarOp.DIVIDE, reciprocal, bound, reciprocal);
            stream.scale(reciprocal, x, x);
            return stream.read(condition);
        } finally {
            ws.release();
        }
    }

    /** bound ← the root of the lesser of the ∞- and Frobenius norms of xᵀx. */
    private static void norm(ComputeStream stream, Matrix x, Matrix gram, Scalar bound) {
        Scalar other = stream.scalar();
        stream.gemmt(stream.arithmetic(x.dtype()), Symmetry.SYMMETRIC, 1, x.transposed(), x, 0, gram, gram);
        stream.reduce(Reduction.NORM_INF, gram, bound);
        stream.reduce(Reduction.FROBENIUS, gram, other);
        stream.scalarOp(ScalarOp.MIN, bound, other, bound);
        stream.scalarOp(ScalarOp.SQRT, bound, bound, bound);
    }

    /** Brings all singular values in [lower, 1] to 1, but for a defect that the polish removes. {@return the steps} */
    private static int iterate(ComputeStream stream, Matrix x, double lower) {
        double close = 1 - POLISHABLE * Math.sqrt(x.dtype().unitRoundoff());
        double l = lower;
        int steps = 0;
        while (l < close && steps < MOST_STEPS) {
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
            Matrix stacked = ws.matrix(x.dtype(), 2 * n, n);
            Matrix q = ws.matrix(x.dtype(), 2 * n, n);
            Matrix r = ws.matrix(x.dtype(), n, n);
            Matrix bottom = ws.view(stacked, n, 0, n, n);
            stream.scale(root, x, ws.view(stacked, 0, 0, n, n));
            stream.fill(bottom, 0);
            stream.addDiagonal(1, bottom);
            stream.qr(stacked, q, r);
            Matrix upper = ws.view(q, 0, 0, n, n);
            Matrix lower = ws.view(q, n, 0, n, n).transposed();
            stream.gemm(stream.arithmetic(x.dtype()), (weights.a() - ratio) / root, upper, lower, ratio, x, x);
        } finally {
            ws.release();
        }
    }
}
