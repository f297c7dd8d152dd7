package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/**
 * Random orthogonal matrices of the uniform (Haar) distribution: Q of the QR factorization of a Gaussian matrix with the
 * signs of R's diagonal taken out (Stewart 1980, Mezzadri 2007; without the signs Q is not uniform).
 *
 * <p>The arithmetic is F64 whatever the output's type, so ‖QᵀQ − I‖ is the roundoff of the output. A seed gives the same
 * matrix on every backend up to roundoff, and to the last bit on one backend whatever its number of threads. No waits.
 */
public final class Haar {
    /** Brings an eigenvalue −1 of Q to within 2⁻⁴⁰ of that, so that I + ρQ has an inverse. */
    private static final double SHRINK = 1 - 0x1p-40;

    /** Half the trace that such an eigenvalue gives the inverse. */
    private static final double TRACE = 0x1p39;

    private Haar() {}

    /**
     * Fills out with a uniformly distributed matrix with orthonormal columns, or rows if it is wide. A wide one is the
     * transpose of the tall one of the same seed. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs
     * @param seed any number
     * @param out m × n
     * @throws IllegalArgumentException if out is read-only
     */
    @SuppressWarnings("exports")
    public static void orthogonal(ComputeStream stream, long seed, Matrix out) {
        Operands.requireOutput("haarOrthogonal", "out", out, out.rows(), out.columns());
        boolean isWide = out.rows() < out.columns();
        Matrix tall = isWide ? out.transposed() : out;
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix q = ws.matrix(DType.F64, tall.rows(), tall.columns());
            generate(stream, seed, q);
            stream.copy(q, tall);
        } finally {
            ws.release();
        }
    }

    /**
     * Fills out with a uniformly distributed rotation: {@link #orthogonal} with the last column negated if the
     * determinant was −1. Stream-level form, for Isospin's own modules.
     *
     * <p>The determinant is −1 exactly if −1 is an eigenvalue of odd multiplicity; then tr (I + ρQ)⁻¹ is above 2³⁹ for
     * ρ = 1 − 2⁻⁴⁰. A rotation passes for a reflection only if it turns some plane by π to within 2⁻³⁹, a chance of less
     * than n·2⁻³⁹.
     *
     * @param stream where it runs
     * @param seed any number
     * @param out n × n
     * @throws IllegalArgumentException if out is not square or read-only
     */
    @SuppressWarnings("exports")
    public static void rotation(ComputeStream stream, long seed, Matrix out) {
        Operands.requireSquare("haarRotation", "out", out);
        int n = out.rows();
        Operands.requireOutput("haarRotation", "out", out, n, n);
        if (n == 0) {
            return;
        }
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix q = ws.matrix(DType.F64, n, n);
            Matrix shifted = ws.matrix(DType.F64, n, n);
            Matrix inverse = ws.matrix(DType.F64, n, n);
            Scalar sign = stream.scalar();
            generate(stream, seed, q);
            stream.combine(SHRINK, q, 0, q, 1, shifted);
            stream.inverse(shifted, inverse, stream.scalar());
            stream.reduce(Reduction.TRACE, inverse, sign);
            signOfDifference(stream, TRACE, sign);
            Matrix last = ws.view(q, 0, n - 1, n, 1);
            stream.scale(sign, last, last);
            stream.copy(q, out);
        } finally {
            ws.release();
        }
    }

    private static void generate(ComputeStream stream, long seed, Matrix q) {
        Workspace ws = stream.workspace();
        int n = q.columns();
        ws.mark();
        try {
            Matrix gauss = ws.matrix(DType.F64, q.rows(), n);
            Matrix r = ws.matrix(DType.F64, n, n);
            Matrix signs = ws.matrix(DType.F64, 1, n);
            stream.gaussian(seed, gauss);
            stream.qr(gauss, q, r);
            stream.copyDiagonal(r, signs);
            stream.flipColumns(q, signs, q);
        } finally {
            ws.release();
        }
    }

    /** x ← the sign of (bound − x), as ±1. */
    private static void signOfDifference(ComputeStream stream, double bound, Scalar x) {
        Scalar difference = stream.scalar();
        Scalar magnitude = stream.scalar();
        stream.set(difference, bound);
        stream.scalarOp(ScalarOp.SUBTRACT, difference, x, difference);
        stream.set(magnitude, 0);
        stream.scalarOp(ScalarOp.SUBTRACT, magnitude, difference, magnitude);
        stream.scalarOp(ScalarOp.MAX, magnitude, difference, magnitude);
        stream.scalarOp(ScalarOp.DIVIDE, difference, magnitude, x);
    }
}
