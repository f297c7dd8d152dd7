package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Scalar;
import org.isospin.backend.Workspace;

/**
 * The derivative of {@link GramSchmidt}, and of every {@link Orthonormalization} that gives the same Q: that of the factor Q
 * of A = Q·R with a positive diagonal in R (Walter and Lehmann 2010), which costs one QR decomposition and four products.
 *
 * <p>The error relative to the result's norm is about κ(A)u of the compute type. Where A is rank-deficient there is no
 * derivative, and what is given is not finite or without meaning; NaN and infinities propagate. A may be of any magnitude as
 * long as the result is representable. The arithmetic is F64 if an operand is F64, else F32. No waits.
 */
public final class GramSchmidtDerivative {
    private GramSchmidtDerivative() {}

    /**
     * outGradient ← the gradient for A of ⟨G, Q(A)⟩.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param cotangent G, m × n
     * @param outGradient m × n; may overlap the inputs' memory
     * @throws IllegalArgumentException if a shape does not fit, or outGradient is read-only
     */
    public static void vjp(Isospin iso, Matrix a, Matrix cotangent, Matrix outGradient) {
        iso.run(stream -> vjp(stream, a, cotangent, outGradient), a, cotangent, outGradient);
    }

    /**
     * out ← the derivative of Q at A in a direction.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param direction m × n
     * @param out m × n; may overlap the inputs' memory
     * @throws IllegalArgumentException if a shape does not fit, or out is read-only
     */
    public static void jvp(Isospin iso, Matrix a, Matrix direction, Matrix out) {
        iso.run(stream -> apply(stream, a, direction, out, PositiveQr::push), a, direction, out);
    }

    static void vjp(ComputeStream stream, Matrix a, Matrix cotangent, Matrix outGradient) {
        apply(stream, a, cotangent, outGradient, PositiveQr::pull);
    }

    /** One of the two derivatives from the factors. */
    @FunctionalInterface
    private interface Map {
        void apply(ComputeStream stream, Matrix q, Matrix r, Matrix inOut);
    }

    private static void apply(ComputeStream stream, Matrix a, Matrix in, Matrix out, Map map) {
        Operands.requireShape("gramSchmidt derivative", "the cotangent or direction", in, a.rows(), a.columns());
        Operands.requireOutput("gramSchmidt derivative", "out", out, a.rows(), a.columns());
        boolean isWide = a.rows() < a.columns();
        Matrix source = isWide ? a.transposed() : a;
        int m = source.rows();
        int n = source.columns();
        DType type = Operands.computeType(Operands.computeType(a.dtype(), in.dtype()), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(type, m, n);
            Matrix q = ws.matrix(type, m, n);
            Matrix r = ws.matrix(type, n, n);
            Scalar unit = stream.scalar();
            stream.scaleToOne(source, x, unit);
            PositiveQr.factor(stream, x, q, r);
            stream.copy(isWide ? in.transposed() : in, x);
            map.apply(stream, q, r, x);
            PositiveQr.divide(stream, x, unit);
            stream.copy(x, isWide ? out.transposed() : out);
        } finally {
            ws.release();
        }
    }
}
