package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;

/**
 * exp of a skew matrix of low rank, A = XYᵀ − YXᵀ with n × p factors X and Y.
 *
 * <p>With [X Y] = Q[R₁ R₂] (Householder, Q of n × 2p) A is Q·S·Qᵀ with the skew core S = R₁R₂ᵀ − R₂R₁ᵀ of order 2p, and
 * exp(A) = I + Q(exp(S) − I)Qᵀ. That takes 16np² + O(p³) operations, and 4np for each column it is applied to. Unlike the
 * forms with an inverse or with (YᵀX)-shaped cores (Wen and Yin 2013) it needs nothing of the factors: Q is orthonormal
 * however dependent their columns are. Where 2p ≥ n it is A itself that is exponentiated.
 *
 * <p>Accuracy, ‖·‖_F/√n with u of the arithmetic's type: orthogonality 2u(2 + 2‖A‖), Q's own and that of {@link Exp}; forward
 * error that of {@link Exp} plus about 4u·‖X‖‖Y‖, the rounding of R₁R₂ᵀ. Sizes of X and of Y may differ by anything: a column
 * is reflected for itself. exp(A) of exchanged factors is the transpose to roundoff. Waits once (twice where the core is of order 4,
 * which is p = 2). NaN and infinities in a factor propagate.
 *
 * <p>The arithmetic is F64 if an operand is F64, else F32, rounded once to the output's type.
 */
public final class LowRankExp {
    private LowRankExp() {}

    /**
     * out ← exp(XYᵀ − YXᵀ).
     *
     * @param iso what computes
     * @param x X, n × p
     * @param y Y, n × p
     * @param out n × n; may overlap the operands
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or ‖A‖ is too large for {@link Exp}
     */
    public static void exp(Isospin iso, Matrix x, Matrix y, Matrix out) {
        iso.run(stream -> exp(stream, x, y, out), x, y, out);
    }

    /**
     * out ← exp(XYᵀ − YXᵀ)·W, without a matrix of order n.
     *
     * @param iso what computes
     * @param x X, n × p
     * @param y Y, n × p
     * @param w W, n × m
     * @param out n × m; may overlap the operands
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or ‖A‖ is too large for {@link Exp}
     */
    public static void apply(Isospin iso, Matrix x, Matrix y, Matrix w, Matrix out) {
        iso.run(stream -> apply(stream, x, y, w, out), x, y, w, out);
    }

    /** Stream-level form of {@link #exp(Isospin, Matrix, Matrix, Matrix)}. */
    static void exp(ComputeStream stream, Matrix x, Matrix y, Matrix out) {
        String operation = "lowRankExp";
        int n = x.rows();
        Operands.requireShape(operation, "y", y, n, x.columns());
        Operands.requireOutput(operation, "out", out, n, n);
        DType compute = Operands.computeType(x.dtype(), Operands.computeType(y.dtype(), out.dtype()));
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            int core = Math.min(n, 2 * x.columns());
            Matrix f = ws.matrix(compute, core, core);
            Matrix m = ws.matrix(compute, n, n);
            Matrix q = factored(stream, x, y, f);
            if (core == n) {
                stream.copy(f, m);
            } else {
                Matrix half = ws.matrix(compute, n, core);
                stream.gemm(stream.arithmetic(compute), 1, q, f, 0, half, half);
                stream.gemm(stream.arithmetic(compute), 1, half, q.transposed(), 0, m, m);
            }
            Results.write(stream, 1, m, 0, m, 1, out, m);
        } finally {
            ws.release();
        }
    }

    /** Stream-level form of {@link #apply(Isospin, Matrix, Matrix, Matrix, Matrix)}. */
    static void apply(ComputeStream stream, Matrix x, Matrix y, Matrix w, Matrix out) {
        String operation = "lowRankExp";
        int n = x.rows();
        Operands.requireShape(operation, "y", y, n, x.columns());
        Operands.requireShape(operation, "w", w, n, w.columns());
        Operands.requireOutput(operation, "out", out, n, w.columns());
        DType compute = Operands.computeType(
                Operands.computeType(x.dtype(), y.dtype()), Operands.computeType(w.dtype(), out.dtype()));
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(compute);
        ws.mark();
        try {
            int core = Math.min(n, 2 * x.columns());
            Matrix f = ws.matrix(compute, core, core);
            Matrix v = ws.matrix(compute, n, w.columns());
            Matrix z = ws.matrix(compute, n, w.columns());
            Matrix q = factored(stream, x, y, f);
            stream.copy(w, v);
            if (core == n) {
                stream.gemm(arithmetic, 1, f, v, 0, z, z);
            } else {
                Matrix inner = ws.matrix(compute, core, w.columns());
                Matrix turned = ws.matrix(compute, core, w.columns());
                stream.gemm(arithmetic, 1, q.transposed(), v, 0, inner, inner);
                stream.gemm(arithmetic, 1, f, inner, 0, turned, turned);
                stream.gemm(arithmetic, 1, q, turned, 0, z, z);
            }
            Results.write(stream, 1, v, 1, z, 0, out, z);
        } finally {
            ws.release();
        }
    }

    /**
     * {@return Q, scratch of n × 2p; unspecified where f is of order n}
     *
     * @param stream where it runs
     * @param x X
     * @param y Y
     * @param f receives exp(S) − I, or exp(A) − I where it is of order n
     */
    private static Matrix factored(ComputeStream stream, Matrix x, Matrix y, Matrix f) {
        Workspace ws = stream.workspace();
        int n = x.rows();
        int p = x.columns();
        int core = f.rows();
        Matrix both = ws.matrix(f.dtype(), n, 2 * p);
        Matrix q = ws.matrix(f.dtype(), n, 2 * p);
        stream.copy(x, ws.view(both, 0, 0, n, p));
        stream.copy(y, ws.view(both, 0, p, n, p));
        Matrix factors = both;
        if (core < n) {
            factors = ws.matrix(f.dtype(), core, core);
            stream.qr(both, q, factors);
        }
        // Twice the skew part of R₁R₂ᵀ; doubling a factor is exact.
        Matrix left = ws.view(factors, 0, 0, core, p);
        Matrix right = ws.view(factors, 0, p, core, p);
        stream.gemm(stream.arithmetic(f.dtype()), 2, left, right.transposed(), 0, f, f);
        SkewMatrix s = SkewMatrix.wrap(core, ws.matrix(f.dtype(), 1, SkewMatrix.packedLength(core)));
        stream.packSkew(f, s);
        Exp.expm1(stream, s, f);
        return q;
    }
}
