package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/**
 * Derivatives of the solution (A, B) ↦ R of the {@link Procrustes} problem in O(n) or SO(n).
 *
 * <p>R is the polar factor of C = AᵀB = X·diag(σ)·Yᵀ, in SO(n) with the last σ and its column of X negated if det XYᵀ = −1. Its
 * derivative DR(C) is that of {@link PolarDerivative} for these X and σ, its own adjoint: with Γ = DR(C)[G] the gradients are
 * B·Γᵀ in A and A·Γ in B, and a change of A and B moves R by DR(C)[dAᵀB + AᵀdB].
 *
 * <p>Divisors are σᵢ + σⱼ for i ≠ j: repeated singular values are no exception, unless in SO(n) σₙ₋₁ = −σₙ. In O(n) there is no
 * derivative where σₙ ≤ 2⁻⁵⁰σ₁: the solution jumps to its mirror image there, as always with fewer rows than columns. In SO(n)
 * there is none where σₙ₋₁ ± σₙ ≤ 2⁻⁵⁰σ₁. Both are refused with {@link SingularMatrixException}; short of that, derivatives are as
 * large as 2/(σₙ₋₁ ± σₙ).
 *
 * <p>Everything is computed in F64, whatever the types, and rounded once. Operands may be of any magnitude.
 */
public final class ProcrustesDerivative {
    private ProcrustesDerivative() {}

    /**
     * aGradient ← B·Γᵀ and bGradient ← A·Γ, the gradients of a function whose gradient in R is G. Waits up to eight times.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param b B, m × n
     * @param group where R is sought
     * @param cotangent G, n × n
     * @param aGradient m × n; may overlap inputs
     * @param bGradient m × n; may overlap inputs
     * @throws IllegalArgumentException if a shape does not fit, an output is read-only, or an operand is not finite
     * @throws SingularMatrixException if R is not unique
     */
    public static void vjp(
            Isospin iso, Matrix a, Matrix b, Group group, Matrix cotangent, Matrix aGradient, Matrix bGradient) {
        iso.run(
                stream -> vjp(stream, a, b, group, cotangent, aGradient, bGradient),
                a,
                b,
                cotangent,
                aGradient,
                bGradient);
    }

    /**
     * out ← DR(C)[dAᵀB + AᵀdB], the change of R for small changes of A and B. Waits up to nine times.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param b B, m × n
     * @param group where R is sought
     * @param aDirection dA, m × n
     * @param bDirection dB, m × n
     * @param out n × n; may overlap inputs
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or an operand is not finite
     * @throws SingularMatrixException if R is not unique
     */
    public static void jvp(
            Isospin iso, Matrix a, Matrix b, Group group, Matrix aDirection, Matrix bDirection, Matrix out) {
        iso.run(stream -> jvp(stream, a, b, group, aDirection, bDirection, out), a, b, aDirection, bDirection, out);
    }

    private static void vjp(
            ComputeStream stream,
            Matrix a,
            Matrix b,
            Group group,
            Matrix cotangent,
            Matrix aGradient,
            Matrix bGradient) {
        String operation = "procrustes vjp";
        Operands.requireSameShape(operation, a, b);
        int m = a.rows();
        int n = a.columns();
        Operands.requireShape(operation, "the cotangent", cotangent, n, n);
        Operands.requireOutput(operation, "the gradient in a", aGradient, m, n);
        Operands.requireOutput(operation, "the gradient in b", bGradient, m, n);
        if (n == 0) {
            return;
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Scalar unitA = stream.scalar();
            Scalar unitB = stream.scalar();
            Scalar unit = stream.scalar();
            Matrix left = scaled(stream, a, unitA);
            Matrix right = scaled(stream, b, unitB);
            Matrix g = scaled(stream, cotangent, unit);
            Matrix cross = ws.matrix(DType.F64, n, n);
            Matrix gamma = ws.matrix(DType.F64, n, n);
            Matrix inA = ws.matrix(DType.F64, m, n);
            Matrix inB = ws.matrix(DType.F64, m, n);
            PolarDerivative.requireFinite(stream, operation, cotangent, g);
            stream.gemm(Arithmetic.F64, 1, left.transposed(), right, 0, cross, cross);
            PolarJacobian.apply(stream, operation, group, cross, g, gamma);
            stream.gemm(Arithmetic.F64, 1, right, gamma.transposed(), 0, inA, inA);
            stream.gemm(Arithmetic.F64, 1, left, gamma, 0, inB, inB);
            stream.scalarOp(ScalarOp.DIVIDE, unit, unitA, unitA);
            stream.scalarOp(ScalarOp.DIVIDE, unit, unitB, unitB);
            stream.scale(unitA, inA, inA);
            stream.scale(unitB, inB, inB);
            stream.copy(inA, aGradient);
            stream.copy(inB, bGradient);
        } finally {
            ws.release();
        }
    }

    private static void jvp(
            ComputeStream stream, Matrix a, Matrix b, Group group, Matrix aDirection, Matrix bDirection, Matrix out) {
        String operation = "procrustes jvp";
        Operands.requireSameShape(operation, a, b);
        Operands.requireSameShape(operation, a, aDirection);
        Operands.requireSameShape(operation, b, bDirection);
        int n = a.columns();
        Operands.requireOutput(operation, "out", out, n, n);
        if (n == 0) {
            return;
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Scalar unitA = stream.scalar();
            Scalar unitB = stream.scalar();
            Scalar factorA = stream.scalar();
            Scalar factorB = stream.scalar();
            Scalar unit = stream.scalar();
            Matrix left = scaled(stream, a, unitA);
            Matrix right = scaled(stream, b, unitB);
            Matrix dLeft = scaled(stream, aDirection, factorA);
            Matrix dRight = scaled(stream, bDirection, factorB);
            Matrix cross = ws.matrix(DType.F64, n, n);
            Matrix change = ws.matrix(DType.F64, n, n);
            Matrix other = ws.matrix(DType.F64, n, n);
            PolarDerivative.requireFinite(stream, operation, aDirection, dLeft);
            PolarDerivative.requireFinite(stream, operation, bDirection, dRight);
            // Changes relative to A's and B's units, by way of the larger of the two.
            stream.scalarOp(ScalarOp.DIVIDE, factorA, unitA, factorA);
            stream.scalarOp(ScalarOp.DIVIDE, factorB, unitB, factorB);
            stream.scalarOp(ScalarOp.MAX, factorA, factorB, unit);
            stream.scalarOp(ScalarOp.DIVIDE, factorA, unit, factorA);
            stream.scalarOp(ScalarOp.DIVIDE, factorB, unit, factorB);
            stream.scale(factorA, dLeft, dLeft);
            stream.scale(factorB, dRight, dRight);
            stream.gemm(Arithmetic.F64, 1, dLeft.transposed(), right, 0, change, change);
            stream.gemm(Arithmetic.F64, 1, left.transposed(), dRight, 1, change, change);
            stream.gemm(Arithmetic.F64, 1, left.transposed(), right, 0, cross, cross);
            PolarJacobian.apply(stream, operation, group, cross, change, other);
            stream.scale(unit, other, other);
            stream.copy(other, out);
        } finally {
            ws.release();
        }
    }

    private static Matrix scaled(ComputeStream stream, Matrix m, Scalar unit) {
        Matrix target = stream.workspace().matrix(DType.F64, m.rows(), m.columns());
        stream.scaleToOne(m, target, unit);
        return target;
    }
}
