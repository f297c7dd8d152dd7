package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * The derivative of {@link Lowdin}'s orthonormalisation, the polar factor U of A = U·P: for a direction V
 *
 * <p>dU = U·X + (I − UUᵀ)V·P⁻¹ with the skew X of PX + XP = UᵀV − VᵀU,
 *
 * <p>which is its own adjoint: both products are the same map. Equal singular values do no harm, unlike in derivatives that
 * go through the singular vectors; it is only their sums that are divided by.
 *
 * <p>The error relative to the result's norm is about κ(A)u of F64, in which everything is computed whatever the types, and
 * rounded once. A may be of any magnitude as long as the result is representable. Waits twice.
 */
public final class LowdinDerivative {
    private LowdinDerivative() {}

    /**
     * outGradient ← the gradient for A of ⟨G, U(A)⟩.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param cotangent G, m × n
     * @param outGradient m × n; may overlap the inputs' memory
     * @throws IllegalArgumentException if a shape does not fit, outGradient is read-only, or an operand is not finite
     * @throws SingularMatrixException if A is rank-deficient
     */
    public static void vjp(Isospin iso, Matrix a, Matrix cotangent, Matrix outGradient) {
        iso.run(stream -> apply(stream, a, cotangent, outGradient));
    }

    /**
     * out ← the derivative of U at A in a direction.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param direction m × n
     * @param out m × n; may overlap the inputs' memory
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or an operand is not finite
     * @throws SingularMatrixException if A is rank-deficient
     */
    public static void jvp(Isospin iso, Matrix a, Matrix direction, Matrix out) {
        iso.run(stream -> apply(stream, a, direction, out));
    }

    static void apply(ComputeStream stream, Matrix a, Matrix v, Matrix out) {
        Operands.requireShape("lowdin derivative", "the cotangent or direction", v, a.rows(), a.columns());
        Operands.requireOutput("lowdin derivative", "out", out, a.rows(), a.columns());
        boolean isWide = a.rows() < a.columns();
        Matrix source = isWide ? a.transposed() : a;
        int m = source.rows();
        int n = source.columns();
        if (n == 0) {
            return;
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(DType.F64, m, n);
            Matrix u = ws.matrix(DType.F64, m, n);
            Matrix p = ws.matrix(DType.F64, n, n);
            Matrix s = ws.matrix(DType.F64, n, n);
            Scalar unit = stream.scalar();
            Scaled.copy(stream, source, x, unit);
            PolarFactor.Outcome outcome = PolarFactor.compute(stream, "lowdin derivative", x, u);
            Lowdin.requireRegular("lowdin derivative", a, outcome.condition());
            stream.gemm(Arithmetic.F64, 1, u.transposed(), x, 0, p, p);
            stream.symmetrize(Symmetry.SYMMETRIC, p, p);
            stream.copy(isWide ? v.transposed() : v, x);
            requireFinite(stream, v, x);
            stream.gemm(Arithmetic.F64, 1, u.transposed(), x, 0, s, s);
            complement(stream, m > n, u, s, p, x);
            // Half of the right-hand side, twice the solution.
            stream.symmetrize(Symmetry.SKEW, s, s);
            Lyapunov.solve(stream, "lowdin derivative", p, outcome.condition(), s);
            stream.gemm(Arithmetic.F64, 2, u, s, 1, x, x);
            PositiveQr.divide(stream, x, unit);
            stream.copy(x, isWide ? out.transposed() : out);
        } finally {
            ws.release();
        }
    }

    private static void requireFinite(ComputeStream stream, Matrix v, Matrix copy) {
        Scalar largest = stream.scalar();
        stream.reduce(Reduction.MAX_ABS, copy, largest);
        if (!Double.isFinite(stream.read(largest))) {
            throw new IllegalArgumentException("lowdin derivative: " + v + " is not finite");
        }
    }

    /** x ← (x − u·s)p⁻¹, or 0 where there is nothing outside u's columns. */
    private static void complement(ComputeStream stream, boolean isTall, Matrix u, Matrix s, Matrix p, Matrix x) {
        if (!isTall) {
            stream.fill(x, 0);
            return;
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix inverse = ws.matrix(DType.F64, p.rows(), p.rows());
            Matrix rest = ws.matrix(DType.F64, x.rows(), x.columns());
            stream.gemm(Arithmetic.F64, -1, u, s, 1, x, rest);
            stream.inverse(p, inverse, stream.scalar());
            stream.gemm(Arithmetic.F64, 1, rest, inverse, 0, x, x);
        } finally {
            ws.release();
        }
    }
}
