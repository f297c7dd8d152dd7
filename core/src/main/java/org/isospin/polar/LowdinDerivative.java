package org.isospin.polar;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;

/**
 * The derivative of {@link Lowdin}'s orthonormalisation, which is that of the polar factor: {@link PolarDerivative}, with its
 * formula, accuracy, failures and waits. It is its own adjoint, and equal singular values do no harm, unlike in derivatives
 * that go through the singular vectors.
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
        iso.run(
                stream -> PolarDerivative.apply(stream, "lowdin vjp", a, cotangent, outGradient),
                a,
                cotangent,
                outGradient);
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
        iso.run(stream -> PolarDerivative.apply(stream, "lowdin jvp", a, direction, out), a, direction, out);
    }
}
