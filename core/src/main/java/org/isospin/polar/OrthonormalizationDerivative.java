package org.isospin.polar;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;
import org.isospin.polar.Orthonormalization.Method;

/**
 * The vector–Jacobian product of {@link Orthonormalization}: that of {@link GramSchmidtDerivative} where Q comes with a
 * triangular factor, that of {@link PolarDerivative} where it is the nearest one; their accuracy, failures and waits apply.
 * The sign of {@link Method#REFLECTIONS} is constant, and waits twice more.
 */
public final class OrthonormalizationDerivative {
    private OrthonormalizationDerivative() {}

    /**
     * outGradient ← the gradient for A of ⟨G, Q(A)⟩.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param method which Q
     * @param cotangent G, m × n
     * @param outGradient m × n; may overlap the inputs' memory
     * @throws IllegalArgumentException if a shape does not fit, outGradient is read-only, or A is not finite and Q the nearest
     *     one
     * @throws SingularMatrixException if A is rank-deficient and Q the nearest one
     */
    public static void vjp(Isospin iso, Matrix a, Method method, Matrix cotangent, Matrix outGradient) {
        iso.run(stream -> vjp(stream, a, method, cotangent, outGradient), a, cotangent, outGradient);
    }

    static void vjp(ComputeStream stream, Matrix a, Method method, Matrix cotangent, Matrix outGradient) {
        switch (method) {
            case HOUSEHOLDER, CHOLESKY_QR2, GRAM_SCHMIDT ->
                GramSchmidtDerivative.vjp(stream, a, cotangent, outGradient);
            case POLAR, LOWDIN -> PolarDerivative.apply(stream, "orthonormalization vjp", a, cotangent, outGradient);
            case REFLECTIONS -> reflections(stream, a, cotangent, outGradient);
        }
    }

    private static void reflections(ComputeStream stream, Matrix a, Matrix cotangent, Matrix outGradient) {
        if (!a.isSquare() || a.columns() == 0) {
            GramSchmidtDerivative.vjp(stream, a, cotangent, outGradient);
            return;
        }
        int n = a.columns();
        Operands.requireShape("orthonormalization derivative", "cotangent", cotangent, n, n);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(a.dtype().computeType(), n, n);
            Matrix q = ws.matrix(x.dtype(), n, n);
            Matrix signed = ws.matrix(cotangent.dtype(), n, n);
            stream.scaleToOne(a, x, stream.scalar());
            PositiveQr.factor(stream, x, q, ws.matrix(x.dtype(), n, n));
            Matrix last = ws.view(signed, 0, n - 1, n, 1);
            stream.copy(cotangent, signed);
            stream.scale(Orthonormalization.lastSign(stream, q), last, last);
            GramSchmidtDerivative.vjp(stream, a, signed, outGradient);
        } finally {
            ws.release();
        }
    }
}
