package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;
import org.isospin.measure.Orthogonality;

/**
 * A matrix with orthonormal columns, or rows if it is wide, made of any matrix by a {@link Method} of choice. A wide A gives
 * the transpose of what its transpose gives; the rows of a square one are orthonormalised by transposed views of A and out.
 *
 * <p>All but {@link Method#GRAM_SCHMIDT} end with ‖QᵀQ − I‖_F/√n of about 0.6u whatever κ(A) is, the roundoff of storage.
 * A may be of any magnitude, and powers of two change no bit. The arithmetic is F64 if A or the output is F64, else F32 with
 * some F64, rounded once to the output's type.
 *
 * @see OrthonormalizationDerivative
 */
public final class Orthonormalization {
    /** Defect in u that any number of columns stays below after a polish. */
    private static final double CONVERGED = 4;

    /** Which orthonormal matrix, and how it is found. */
    public enum Method {
        /**
         * Q of A = Q·R with a positive diagonal in R, by Householder reflections. For any A; where A is rank-deficient some
         * columns are arbitrary. NaN and infinities propagate. Waits twice.
         */
        HOUSEHOLDER,
        /**
         * The Q of n − 1 reflections that bring columns to ‖x‖e₁ ("HR" of OPT): that of {@link #HOUSEHOLDER}, but for the
         * sign of the last column where A is square, such that det Q = (−1)ⁿ⁻¹. NaN and infinities propagate. Waits four
         * times.
         */
        REFLECTIONS,
        /**
         * The Q of {@link #HOUSEHOLDER} by Cholesky factors of the Gram matrix, twice, in F64 ({@link CholeskyQr2}), all of it
         * matrix products: up to κ(A) of about 10⁷. Beyond that it falls back to {@link #HOUSEHOLDER}, as the result tells.
         * NaN and infinities propagate. Waits three times.
         */
        CHOLESKY_QR2,
        /** The nearest one, the factor of {@link Polar}, with its waits; where A is rank-deficient one of the nearest. */
        POLAR,
        /** The nearest one by {@link Lowdin}, which refuses a rank-deficient A. */
        LOWDIN,
        /** The Q of {@link #HOUSEHOLDER} by {@link GramSchmidt} twice, which refuses a rank-deficient A. Waits three times. */
        GRAM_SCHMIDT
    }

    /**
     * How it was found, and how good it is.
     *
     * @param method what was used in the end
     * @param residual ‖QᵀQ − I‖_F/√n of the output as stored (QQᵀ, if it is wide), measured to more than its precision
     * @param converged whether the residual is roundoff: at most 4u of the output's type
     */
    public record Result(Method method, double residual, boolean converged) {}

    private Orthonormalization() {}

    /**
     * out ← Q.
     *
     * @param iso where it runs
     * @param a A, m × n
     * @param method which Q, and how
     * @param out m × n; may overlap A's memory
     * @return how it was found, and how good it is
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or A is not finite and the method says that
     *     it rejects that
     * @throws SingularMatrixException if A is rank-deficient and the method refuses that
     */
    public static Result orthonormalize(Isospin iso, Matrix a, Method method, Matrix out) {
        return iso.compute(stream -> orthonormalize(stream, a, method, out), a, out);
    }

    static Result orthonormalize(ComputeStream stream, Matrix a, Method method, Matrix out) {
        Method used = switch (method) {
            case POLAR -> {
                Polar.polar(stream, a, out);
                yield method;
            }
            case LOWDIN -> {
                Lowdin.orthonormalize(stream, a, out);
                yield method;
            }
            case GRAM_SCHMIDT -> {
                GramSchmidt.orthonormalize(stream, a, GramSchmidt.Variant.TWICE, out);
                yield method;
            }
            case HOUSEHOLDER, REFLECTIONS, CHOLESKY_QR2 -> byQr(stream, a, method, out);
        };
        double residual = Orthogonality.of(stream, out).relative();
        return new Result(used, residual, residual <= CONVERGED * out.dtype().unitRoundoff());
    }

    private static Method byQr(ComputeStream stream, Matrix a, Method method, Matrix out) {
        Operands.requireOutput("orthonormalize", "out", out, a.rows(), a.columns());
        boolean isWide = a.rows() < a.columns();
        Matrix source = isWide ? a.transposed() : a;
        int m = source.rows();
        int n = source.columns();
        DType type = Operands.computeType(a.dtype(), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(type, m, n);
            Matrix q = ws.matrix(type, m, n);
            stream.scaleToOne(source, x, stream.scalar());
            Method used = method;
            if (method != Method.CHOLESKY_QR2 || !CholeskyQr2.factor(stream, x, q)) {
                used = method == Method.CHOLESKY_QR2 ? Method.HOUSEHOLDER : method;
                Matrix raw = ws.matrix(type, m, n);
                PositiveQr.factor(stream, x, raw, ws.matrix(type, n, n));
                OrthonormalPolish.apply(stream, raw, q);
                if (method == Method.REFLECTIONS && m == n) {
                    orient(stream, q);
                }
            }
            stream.copy(q, isWide ? out.transposed() : out);
            return used;
        } finally {
            ws.release();
        }
    }

    /**
     * {@return the sign of the last column of the square Q of reflections over that with a positive R; waits twice}
     *
     * @param stream where it runs
     * @param q the Q of a positive R
     */
    static double lastSign(ComputeStream stream, Matrix q) {
        boolean isOdd = q.rows() % 2 == 0;
        return Orientation.isReversed(stream, q) == isOdd ? 1 : -1;
    }

    private static void orient(ComputeStream stream, Matrix q) {
        if (q.columns() > 0) {
            Matrix last = stream.workspace().view(q, 0, q.columns() - 1, q.rows(), 1);
            stream.scale(lastSign(stream, q), last, last);
        }
    }
}
