package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/**
 * exp(A)·W for a skew A of order n and a block W of few columns m, in products of A with blocks alone: no n³ work.
 *
 * <p>With ρ ≥ ‖A‖, the least of ‖A‖₁ and ‖A‖_F/√2 (singular values of A come in pairs), exp(A) − I is the Chebyshev series
 * (J₀(ρ) − 1) + 2ΣJₖ(ρ)Pₖ with P₀ = I, P₁ = A/ρ and Pₖ₊₁ = (2/ρ)APₖ + Pₖ₋₁, whose Pₖ are no larger than 1 in norm. Its
 * degree is about ρ + 10ρ^(1/3), and it is summed from its small end (Clenshaw). W is added last. Where that takes more
 * operations than exp(A) and a product, those are what is done.
 *
 * <p>The error, ‖·‖_F, is at most about (2 + 2ρ)u‖W‖_F; what W moves by keeps its relative accuracy however small A is. Nothing
 * is scaled but A, by ρ: elements of W may be anything whose sums stay finite. A is limited as in {@link Exp}. NaN and
 * infinities propagate. Waits once, for ρ, and as {@link Exp} does where exp(A) is formed.
 *
 * <p>The arithmetic is F64 if an operand is F64, else F32, rounded once to the output's type.
 */
public final class ExpAction {
    /** Half products that exp(A) takes, about. */
    private static final int EXP_PRODUCTS = 12;

    private ExpAction() {}

    /**
     * out ← exp(A)·W.
     *
     * @param iso what computes
     * @param a A, of order n
     * @param w W, n × m
     * @param out n × m; may overlap the operands
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or ‖A‖ is too large for {@link Exp}
     */
    public static void apply(Isospin iso, SkewMatrix a, Matrix w, Matrix out) {
        iso.run(stream -> apply(stream, a, w, out), a, w, out);
    }

    /** Stream-level form of {@link #apply(Isospin, SkewMatrix, Matrix, Matrix)}. */
    static void apply(ComputeStream stream, SkewMatrix a, Matrix w, Matrix out) {
        String operation = "expAction";
        int n = a.order();
        int m = w.columns();
        Operands.requireShape(operation, "w", w, n, m);
        Operands.requireOutput(operation, "out", out, n, m);
        DType compute = Operands.computeType(a.dtype(), Operands.computeType(w.dtype(), out.dtype()));
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = TruncatedExp.unpacked(stream, a, compute);
            Matrix v = ws.matrix(compute, n, m);
            Matrix z = ws.matrix(compute, n, m);
            stream.copy(w, v);
            double rho = norm(stream, operation, a, x);
            if (rho <= compute.unitRoundoff() / 4) {
                // What A² adds does not show; and ρ is 0 where A is not finite.
                stream.gemm(stream.arithmetic(compute), 1, x, v, 0, z, z);
            } else if ((rho + 10 * Math.cbrt(rho)) * 2 * m > (double) EXP_PRODUCTS * n) {
                Matrix moved = ws.matrix(compute, n, n);
                Exp.expm1(stream, a, moved);
                stream.gemm(stream.arithmetic(compute), 1, moved, v, 0, z, z);
            } else {
                clenshaw(stream, operation, Bessel.coefficients(rho, compute.unitRoundoff() / 4), rho, x, v, z);
            }
            Results.write(stream, 1, v, 1, z, 0, out, z);
        } finally {
            ws.release();
        }
    }

    /** {@return ρ; 0 where A is not finite} */
    private static double norm(ComputeStream stream, String operation, SkewMatrix a, Matrix x) {
        Scalar columns = stream.scalar();
        Scalar length = stream.scalar();
        // Packed, each pair of elements is there once: this is ‖A‖_F/√2.
        stream.reduce(Reduction.NORM_1, x, columns);
        stream.reduce(Reduction.FROBENIUS, a.packed(), length);
        stream.scalarOp(ScalarOp.MIN, columns, length, length);
        double norm = stream.read(length);
        if (norm < Exp.limit(x.dtype())) {
            // Rounded up: the series is not meant for ‖A‖ > ρ.
            return norm * (1 + a.order() * x.dtype().unitRoundoff());
        }
        stream.reduce(Reduction.MAX_ABS, a.packed(), columns);
        if (Double.isFinite(stream.read(columns))) {
            throw Exp.tooLarge(operation, norm, x.dtype());
        }
        return 0;
    }

    /** z ← Σ cₖPₖ·w: bₖ = cₖw + (2/ρ)x·bₖ₊₁ + bₖ₊₂ for k = K, …, 1 and z = c₀w + (1/ρ)x·b₁ + b₂. */
    private static void clenshaw(
            ComputeStream stream, String operation, double[] c, double rho, Matrix x, Matrix w, Matrix z) {
        Workspace ws = stream.workspace();
        Arithmetic arithmetic = stream.arithmetic(x.dtype());
        int degree = c.length - 1;
        ws.mark();
        try {
            Matrix unit = ws.matrix(x.dtype(), x.rows(), x.rows());
            Matrix next = ws.matrix(x.dtype(), w.rows(), w.columns());
            Matrix last = ws.matrix(x.dtype(), w.rows(), w.columns());
            Scalar inverse = stream.scalar();
            Scalar size = stream.scalar();
            stream.set(inverse, 1);
            stream.set(size, rho);
            stream.scalarOp(ScalarOp.DIVIDE, inverse, size, inverse);
            stream.scale(inverse, x, unit);
            stream.fill(last, 0);
            stream.scale(c[degree], w, next);
            for (int k = degree - 1; k >= 1; k--) {
                stream.progress().at(operation, degree - 1 - k, degree);
                stream.gemm(arithmetic, 2, unit, next, 1, last, last);
                stream.combine(c[k], w, 1, last, 0, last);
                Matrix swap = next;
                next = last;
                last = swap;
            }
            stream.gemm(arithmetic, 1, unit, next, 1, last, z);
            stream.combine(c[0], w, 1, z, 0, z);
        } finally {
            ws.release();
        }
    }
}
