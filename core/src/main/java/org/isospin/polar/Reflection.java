package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Indices;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Triangle;
import org.isospin.backend.Workspace;

/**
 * The element of the other half of O(n) that is nearest to C, from the polar factor Q of C = Q·H: Q(I − 2vvᵀ) with the
 * eigenvector v of the smallest eigenvalue of H. It is found by inverse iterations on H, at a fraction of the cost of singular
 * values.
 *
 * <p>Whether it is the smallest is proved: with μ = vᵀHv and τ above it, if H + ‖H‖vvᵀ − τI has Cholesky factors then, eigenvalues
 * of a rank-one change interlacing, all but one of H are above τ, and v is off by at most ‖Hv − μv‖/(τ − μ).
 */
final class Reflection {
    /** Vectors that are iterated together: the smallest eigenvalue is found even where others are close. */
    private static final int BLOCK = 16;

    /** Rounds of a factorization each, by shifts that get better: enough to find an eigenvalue by halving alone. */
    private static final int ROUNDS = 12;

    /** What the eigenvalue may still move, in units of its distance to the next, to be settled. */
    private static final double SETTLED = 1e-3;

    /** Solutions by each factorization. */
    private static final int SOLVES = 3;

    /** Steps by the vector alone, each of which cubes its error. */
    private static final int STEPS = 2;

    /** Any number: where the iteration starts. */
    private static final long SEED = 1;

    private Reflection() {}

    /**
     * r ← r(I − 2vvᵀ), polished, if v is accurate; otherwise r stays. Waits up to 40 times, as a rule 16.
     *
     * @param stream where it runs
     * @param c C, n × n, n ≥ 16, F64, regular
     * @param r its polar factor, F64, input and output
     * @return an estimate from above of 2σ₁/(σₙ₋₁ − σₙ), by √n at most for ‖H‖ and 4 for the difference; infinite if v is not
     *     accurate
     */
    static double apply(ComputeStream stream, Matrix c, Matrix r) {
        Workspace ws = stream.workspace();
        int n = c.rows();
        ws.mark();
        try {
            Matrix h = ws.matrix(DType.F64, n, n);
            Matrix v = ws.matrix(DType.F64, n, 1);
            Matrix w = ws.matrix(DType.F64, n, 1);
            Scalar norm = stream.scalar();
            stream.gemm(Arithmetic.F64, 1, r.transposed(), c, 0, h, h);
            stream.symmetrize(Symmetry.SYMMETRIC, h, h);
            stream.reduce(Reduction.NORM_INF, h, norm);
            double next = iterate(stream, h, v);
            double size = stream.read(norm);
            double value = refine(stream, h, size, v, w);
            double gap = (next - value) / 4;
            if (!isProved(stream, h, v, w, size, value, gap)) {
                return Double.POSITIVE_INFINITY;
            }
            Matrix turned = ws.matrix(DType.F64, n, n);
            stream.gemm(Arithmetic.F64, 1, r, v, 0, w, w);
            stream.gemm(Arithmetic.F64, -2, w, v.transposed(), 1, r, turned);
            OrthonormalPolish.apply(stream, turned, r);
            return 2 * size / gap;
        } finally {
            ws.release();
        }
    }

    /** v ← about the eigenvector of the smallest eigenvalue. {@return the second smallest, or a little more} */
    private static double iterate(ComputeStream stream, Matrix h, Matrix v) {
        Workspace ws = stream.workspace();
        int n = h.rows();
        ws.mark();
        try {
            Matrix factor = ws.matrix(DType.F64, n, n);
            Matrix block = ws.matrix(DType.F64, n, BLOCK);
            Matrix y = ws.matrix(DType.F64, BLOCK, BLOCK);
            Matrix s = ws.matrix(DType.F64, 1, BLOCK);
            double below = 0;
            double above = Double.POSITIVE_INFINITY;
            double shift = 0;
            double value = Double.POSITIVE_INFINITY;
            double next = Double.POSITIVE_INFINITY;
            stream.gaussian(SEED, block);
            for (int round = 0; round < ROUNDS && above > below; round++) {
                Scalar status = stream.scalar();
                stream.combine(1, h, 0, h, -shift, factor);
                stream.cholesky(factor, status);
                if (stream.read(status) != 0) {
                    // The shift is above the eigenvalue.
                    above = shift;
                    shift = (below + above) / 2;
                    continue;
                }
                below = shift;
                solve(stream, h, factor, block, s, y);
                double last = value;
                value = PolarFactor.value(stream, s, BLOCK - 1);
                next = PolarFactor.value(stream, s, BLOCK - 2);
                if (last - value <= SETTLED * (next - value)) {
                    break;
                }
                // So far below that one vector does not outgrow the others by all digits.
                double wanted = value - (next - value) / 2;
                shift = Math.max(below, Math.min(wanted, (below + 3 * Math.min(above, value)) / 4));
            }
            stream.gemm(Arithmetic.F64, 1, block, ws.view(y, 0, BLOCK - 1, BLOCK, 1), 0, v, v);
            return next;
        } finally {
            ws.release();
        }
    }

    /** block ← an orthonormal basis of (l·lᵀ)⁻ᵏ·block, s and y ← what h is in it: eigenvalues descending, and vectors. */
    private static void solve(ComputeStream stream, Matrix h, Matrix l, Matrix block, Matrix s, Matrix y) {
        Workspace ws = stream.workspace();
        int n = h.rows();
        ws.mark();
        try {
            Matrix other = ws.matrix(DType.F64, n, BLOCK);
            Matrix small = ws.matrix(DType.F64, BLOCK, BLOCK);
            Matrix x = ws.matrix(DType.F64, BLOCK, BLOCK);
            for (int i = 0; i < SOLVES; i++) {
                stream.solveTriangular(Triangle.LOWER, l, block);
                stream.solveTriangular(Triangle.UPPER, l.transposed(), block);
                stream.copy(block, other);
                stream.qr(other, block, small);
            }
            stream.gemm(Arithmetic.F64, 1, h, block, 0, other, other);
            stream.gemm(Arithmetic.F64, 1, block.transposed(), other, 0, small, small);
            stream.svd(small, x, s, y, stream.scalar());
        } finally {
            ws.release();
        }
    }

    /** v ← the eigenvector, w ← h·v, by Rayleigh quotients. {@return the eigenvalue} */
    private static double refine(ComputeStream stream, Matrix h, double size, Matrix v, Matrix w) {
        Workspace ws = stream.workspace();
        int n = h.rows();
        ws.mark();
        try {
            Matrix lu = ws.matrix(DType.F64, n, n);
            Indices pivots = stream.indices(n);
            Scalar value = stream.scalar();
            Scalar length = stream.scalar();
            Scalar one = stream.scalar();
            stream.set(one, 1);
            stream.gemm(Arithmetic.F64, 1, h, v, 0, w, w);
            stream.dot(v, w, value);
            // Beside the eigenvalue, where no pivot is zero.
            double aside = 4 * DType.F64.unitRoundoff() * size;
            for (int i = 0; i < STEPS; i++) {
                stream.combine(1, h, 0, h, aside - stream.read(value), lu);
                stream.lu(lu, pivots, stream.scalar());
                stream.luSolve(lu, pivots, v);
                stream.reduce(Reduction.FROBENIUS, v, length);
                stream.scalarOp(ScalarOp.DIVIDE, one, length, length);
                stream.scale(length, v, v);
                stream.gemm(Arithmetic.F64, 1, h, v, 0, w, w);
                stream.dot(v, w, value);
            }
            return stream.read(value);
        } finally {
            ws.release();
        }
    }

    private static boolean isProved(
            ComputeStream stream, Matrix h, Matrix v, Matrix w, double size, double value, double gap) {
        Workspace ws = stream.workspace();
        int n = h.rows();
        // Rounding errors of h·v and of Cholesky, for which an n in place of √n leaves room.
        double rounding = n * DType.F64.unitRoundoff() * size;
        ws.mark();
        try {
            Matrix shifted = ws.matrix(DType.F64, n, n);
            Scalar residual = stream.scalar();
            Scalar status = stream.scalar();
            stream.combine(1, w, -value, v, 0, w);
            stream.reduce(Reduction.FROBENIUS, w, residual);
            if (!(gap > 16 * rounding && stream.read(residual) <= rounding)) {
                return false;
            }
            stream.gemmt(Arithmetic.F64, Symmetry.SYMMETRIC, size, v, v.transposed(), 1, h, shifted);
            stream.addDiagonal(-(value + gap), shifted);
            stream.cholesky(shifted, status);
            return stream.read(status) == 0;
        } finally {
            ws.release();
        }
    }
}
