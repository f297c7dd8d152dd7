package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Indices;
import org.isospin.backend.Operands;
import org.isospin.backend.Scalar;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * The Cayley transform of a skew matrix of low rank, A = τ(GHᵀ − HGᵀ) with n × p factors, applied to an n × m matrix X. A is
 * never formed: about n·p·m products instead of n³, which pays for 4p &lt; n ({@link #pays}).
 *
 * <ul>
 *   <li>{@link #apply}: with an orthonormal basis B of the columns of [G H] = B[S T] by Householder QR, A = BKBᵀ with the skew
 *       core K = τ(STᵀ − TSᵀ) of order 2p (where 2p ≥ n, A itself), and Cayley(A)X = X + B(Cayley(K) − I)BᵀX. Stable for any factors, dependent
 *       columns and columns of very different lengths included: the error is a few u‖X‖ for ‖cA‖ ≤ 1, growing like that of
 *       {@link Cayley} beyond.
 *   <li>{@link #woodbury}: X + 2cτ·U(I − cτVᵀU)⁻¹VᵀX with U = [G H] and V = [H −G] (Wen and Yin 2013): no QR. I − cτVᵀU has
 *       eigenvalues of magnitude 1 and more but is not normal: its condition, and with it the loss of orthogonality, grows with
 *       |cτ|(‖G‖² + ‖H‖²), which may be large where ‖A‖ is not. Meant for H = X orthonormal and |cτ|·‖G‖ of at most about 1.
 * </ul>
 *
 * <p>The descent step of Wen and Yin for a gradient G at an orthonormal X is H = X, c of {@link CayleyStep#NEGATIVE_HALF} and τ.
 *
 * <p>Nothing is scaled: elements of the products GHᵀ must be within the range of the arithmetic, beyond it results are not
 * finite. NaN and infinities give NaN. The arithmetic is F64 if an operand is F64, else F32, rounded once to the output's type.
 */
public final class LowRankCayley {
    private LowRankCayley() {}

    /**
     * {@return whether either form takes less work than the transform of a dense A, 4p &lt; n}
     *
     * @param n rows of the factors
     * @param p columns of the factors
     */
    public static boolean pays(int n, int p) {
        return 4L * p < n;
    }

    /**
     * out ← Cayley(A)·X by the skew core.
     *
     * @param iso what computes; waits once
     * @param g G, n × p
     * @param h H, n × p
     * @param scale τ
     * @param step which c
     * @param x X, n × m
     * @param out n × m; may overlap the inputs' memory
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     */
    public static void apply(Isospin iso, Matrix g, Matrix h, double scale, CayleyStep step, Matrix x, Matrix out) {
        iso.run(stream -> apply(stream, g, h, scale, step, x, out), g, h, x, out);
    }

    static void apply(ComputeStream stream, Matrix g, Matrix h, double scale, CayleyStep step, Matrix x, Matrix out) {
        String operation = "lowRankCayley";
        int n = x.rows();
        int m = x.columns();
        int p = g.columns();
        requireFactors(operation, g, h, x, out);
        DType compute = computeType(g, h, x, out);
        Arithmetic arithmetic = stream.arithmetic(compute);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix factors = ws.matrix(compute, n, 2 * p);
            Matrix origin = ws.matrix(compute, n, m);
            Matrix result = ws.matrix(compute, n, m);
            Matrix left = ws.view(factors, 0, 0, n, p);
            Matrix right = ws.view(factors, 0, p, n, p);
            double factor = scale * step.factor();
            stream.copy(g, left);
            stream.copy(h, right);
            stream.copy(x, origin);
            if (2L * p < n) {
                Matrix basis = ws.matrix(compute, n, 2 * p);
                Matrix r = ws.matrix(compute, 2 * p, 2 * p);
                Matrix inside = ws.matrix(compute, 2 * p, m);
                Matrix turned = ws.matrix(compute, 2 * p, m);
                stream.qr(factors, basis, r);
                Matrix core = delta(stream, factor, ws.view(r, 0, 0, 2 * p, p), ws.view(r, 0, p, 2 * p, p));
                stream.gemm(arithmetic, 1, basis.transposed(), origin, 0, inside, inside);
                stream.gemm(arithmetic, 1, core, inside, 0, turned, turned);
                stream.gemm(arithmetic, 1, basis, turned, 1, origin, result);
            } else {
                stream.gemm(arithmetic, 1, delta(stream, factor, left, right), origin, 1, origin, result);
            }
            stream.copy(result, out);
        } finally {
            ws.release();
        }
    }

    /** {@return Cayley(K) − I of the skew K = factor·(STᵀ − TSᵀ), in scratch} */
    private static Matrix delta(ComputeStream stream, double factor, Matrix s, Matrix t) {
        Arithmetic arithmetic = stream.arithmetic(s.dtype());
        Workspace ws = stream.workspace();
        Matrix core = ws.matrix(s.dtype(), s.rows(), s.rows());
        Matrix spare = ws.matrix(s.dtype(), s.rows(), s.rows());
        Scalar norm = stream.scalar();
        // One triangle of each product is enough where only their difference is skew.
        stream.gemmt(arithmetic, Symmetry.SKEW, factor, s, t.transposed(), 0, core, core);
        stream.gemmt(arithmetic, Symmetry.SKEW, -factor, t, s.transposed(), 1, core, core);
        Resolvent.norm(stream, core, norm);
        Cayley.delta(stream, core, stream.read(norm), spare);
        return core;
    }

    /**
     * out ← Cayley(A)·X by the formula of Woodbury.
     *
     * @param iso what computes; never waits
     * @param g G, n × p
     * @param h H, n × p
     * @param scale τ
     * @param step which c
     * @param x X, n × m
     * @param out n × m; may overlap the inputs' memory
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     */
    public static void woodbury(Isospin iso, Matrix g, Matrix h, double scale, CayleyStep step, Matrix x, Matrix out) {
        iso.run(stream -> woodbury(stream, g, h, scale, step, x, out), g, h, x, out);
    }

    static void woodbury(
            ComputeStream stream, Matrix g, Matrix h, double scale, CayleyStep step, Matrix x, Matrix out) {
        String operation = "lowRankCayley";
        int n = x.rows();
        int m = x.columns();
        int p = g.columns();
        requireFactors(operation, g, h, x, out);
        DType compute = computeType(g, h, x, out);
        Arithmetic arithmetic = stream.arithmetic(compute);
        double factor = scale * step.factor();
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix u = ws.matrix(compute, n, 2 * p);
            Matrix v = ws.matrix(compute, n, 2 * p);
            Matrix core = ws.matrix(compute, 2 * p, 2 * p);
            Matrix origin = ws.matrix(compute, n, m);
            Matrix inside = ws.matrix(compute, 2 * p, m);
            Matrix result = ws.matrix(compute, n, m);
            stream.copy(g, ws.view(u, 0, 0, n, p));
            stream.copy(h, ws.view(u, 0, p, n, p));
            stream.copy(h, ws.view(v, 0, 0, n, p));
            stream.scale(-1, g, ws.view(v, 0, p, n, p));
            stream.copy(x, origin);
            stream.gemm(arithmetic, -factor, v.transposed(), u, 0, core, core);
            stream.addDiagonal(1, core);
            stream.gemm(arithmetic, 1, v.transposed(), origin, 0, inside, inside);
            Indices pivots = stream.indices(2 * p);
            stream.lu(core, pivots, stream.scalar());
            stream.luSolve(core, pivots, inside);
            stream.gemm(arithmetic, 2 * factor, u, inside, 1, origin, result);
            stream.copy(result, out);
        } finally {
            ws.release();
        }
    }

    private static void requireFactors(String operation, Matrix g, Matrix h, Matrix x, Matrix out) {
        Operands.requireShape(operation, "g", g, x.rows(), g.columns());
        Operands.requireShape(operation, "h", h, x.rows(), g.columns());
        Operands.requireOutput(operation, "out", out, x.rows(), x.columns());
    }

    private static DType computeType(Matrix g, Matrix h, Matrix x, Matrix out) {
        return Operands.computeType(
                Operands.computeType(g.dtype(), h.dtype()), Operands.computeType(x.dtype(), out.dtype()));
    }
}
