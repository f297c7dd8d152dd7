package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/**
 * Derivatives of the orthogonal polar factor A ↦ U of {@link Polar}: with A = X·diag(σ)·Yᵀ and M = XᵀEY,
 *
 * <p>DU(A)[E] = X·K·Yᵀ + (I − XXᵀ)·E·Y·diag(1/σ)·Yᵀ, Kᵢⱼ = (Mᵢⱼ − Mⱼᵢ)/(σᵢ + σⱼ), the second term for a tall A alone; a wide A
 * is its transpose. The map is its own adjoint, so that {@link #vjp} and {@link #jvp} are one formula.
 *
 * <p>Only sums of singular values are divided by (and σ themselves, if A is not square): repeated ones are no exception. The
 * derivative has the norm 2/(σₙ₋₁ + σₙ), or 1/σₙ if A is not square, and grows without bound as that does; for a square A whose σₙ
 * alone is small it stays moderate. Where σₙ ≤ 2⁻⁵⁰σ₁, A is singular but for rounding, which U the polar factor is depends on that
 * rounding, and there is no derivative: {@link SingularMatrixException}.
 *
 * <p>Everything is computed in F64, whatever the types, and rounded once: the error is a few u relative to ‖DU(A)‖‖E‖, plus that
 * of the singular vectors, about √n·2⁻⁵³ times σ₁/(σₙ₋₁ + σₙ), or σ₁/σₙ. Operands may be of any magnitude; powers of two change no bit.
 */
public final class PolarDerivative {
    private PolarDerivative() {}

    /**
     * out ← DU(A)*[G], the gradient in A of a function whose gradient in U is G. Waits five times.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param cotangent G, m × n
     * @param out m × n; may overlap operands
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or an operand is not finite
     * @throws SingularMatrixException if A is singular
     */
    public static void vjp(Isospin iso, Matrix a, Matrix cotangent, Matrix out) {
        iso.run(stream -> apply(stream, "polar vjp", a, cotangent, out), a, cotangent, out);
    }

    /**
     * out ← DU(A)[E], the change of U for a small change E of A. Waits five times.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param direction E, m × n
     * @param out m × n; may overlap operands
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or an operand is not finite
     * @throws SingularMatrixException if A is singular
     */
    public static void jvp(Isospin iso, Matrix a, Matrix direction, Matrix out) {
        iso.run(stream -> apply(stream, "polar jvp", a, direction, out), a, direction, out);
    }

    static void apply(ComputeStream stream, String operation, Matrix a, Matrix direction, Matrix out) {
        Operands.requireShape(operation, "the direction", direction, a.rows(), a.columns());
        Operands.requireOutput(operation, "out", out, a.rows(), a.columns());
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
            Matrix e = ws.matrix(DType.F64, m, n);
            Matrix result = ws.matrix(DType.F64, m, n);
            Scalar unit = stream.scalar();
            Scalar factor = stream.scalar();
            stream.scaleToOne(source, x, unit);
            stream.scaleToOne(isWide ? direction.transposed() : direction, e, factor);
            requireFinite(stream, operation, direction, e);
            PolarJacobian.apply(stream, operation, Group.ORTHOGONAL, x, e, result);
            stream.scalarOp(ScalarOp.DIVIDE, factor, unit, factor);
            stream.scale(factor, result, result);
            stream.copy(result, isWide ? out.transposed() : out);
        } finally {
            ws.release();
        }
    }

    /** Waits once. */
    static void requireFinite(ComputeStream stream, String operation, Matrix operand, Matrix copy) {
        Scalar largest = stream.scalar();
        stream.reduce(Reduction.MAX_ABS, copy, largest);
        if (!Double.isFinite(stream.read(largest))) {
            throw new IllegalArgumentException(operation + ": " + operand + " is not finite");
        }
    }
}
