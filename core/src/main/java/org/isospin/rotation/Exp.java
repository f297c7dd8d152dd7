package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.SkewBatch;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Workspace;

/**
 * exp of a skew-symmetric matrix, a rotation: exp(A) = I + D + K with D = cos√B − I symmetric, K = A·sinc√B skew and
 * B = AᵀA = −A².
 *
 * <p>D and K are minimax polynomials ({@link ExpSchedule}) evaluated in half products ({@link SkewPolynomial}), and I is
 * added last. The norm that chooses the degree is the least of ‖A‖₁, (‖B‖_F/√2)^½ and (‖B²‖_F/√2)^¼ (singular values of
 * A come in pairs), read once: the only wait. Beyond the largest range A is halved s times, M ← 2M + M² with M = D + K
 * undoes that, in F64, and a residual polish follows where the result is F64. Orders 2, 3 and 4 have closed forms
 * ({@link SmallExp}); order 4 waits twice.
 *
 * <p>Accuracy, with u of the compute type: ‖QᵀQ − I‖_F/√n ≤ 2u(1 + 2‖A‖) without squarings (‖A‖ ≤ 2.4), and about u with
 * them. The forward error, ‖·‖_F/√n, is at most (2 + 1.5‖A‖)u, and where there is but one plane and no squaring
 * (2 + cosh ‖A‖)u; with squarings it is u for F32, whose A is then exponentiated in F64, and for F64 it is about
 * 0.7‖A‖u at ‖A‖ = 10 and 0.2‖A‖u at 1000 for n = 64, twice that for n = 256. exp(−A) is the transpose of exp(A) to the
 * last bit and exp(0) = I. However small A is, it needs no scaling: B underflows where it does not count. NaN or an
 * infinity in A leaves no element finite.
 *
 * <p>The arithmetic is F64 if A or the output is F64, else F32 but as told, rounded once to the output's type.
 */
public final class Exp {
    private Exp() {}

    /**
     * out ← exp(A). Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs; waits once
     * @param a A, of order n
     * @param out n × n; may overlap A's memory
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or ‖A‖ is 1/(4u) or more, where no digit
     *     of the result would mean anything
     */
    @SuppressWarnings("exports")
    public static void exp(ComputeStream stream, SkewMatrix a, Matrix out) {
        apply(stream, "exp", a, 1, out);
    }

    /**
     * out ← exp(A) − I, with an error relative to ‖A‖ however small A is. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs; waits once
     * @param a A, of order n
     * @param out n × n; may overlap A's memory
     * @throws IllegalArgumentException as for {@link #exp}
     */
    @SuppressWarnings("exports")
    public static void expm1(ComputeStream stream, SkewMatrix a, Matrix out) {
        apply(stream, "expm1", a, 0, out);
    }

    /**
     * outᵢ ← exp(Aᵢ) for every matrix of a batch, with the bits that each would have alone.
     *
     * @param iso what computes; waits as often as for each alone, and tells its progress
     * @param a matrices of order n
     * @param out as many matrices of n × n; may overlap A's memory
     * @throws IllegalArgumentException if a shape or a count does not fit, out is read-only, or as for {@link #exp}
     */
    public static void batched(Isospin iso, SkewBatch a, MatrixBatch out) {
        iso.run(stream -> batched(stream, a, out), a, out);
    }

    /** Stream-level form of {@link #batched(Isospin, SkewBatch, MatrixBatch)}. */
    static void batched(ComputeStream stream, SkewBatch a, MatrixBatch out) {
        int count = a.count();
        int n = a.order();
        if (out.count() != count) {
            throw new IllegalArgumentException("exp: " + a + " has as many results, not " + out);
        }
        if (count == 0) {
            return;
        }
        Operands.requireOutput("exp", "out", out.first(), n, n);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            // No result may overwrite an input that is still to be read.
            Matrix packed = ws.matrix(a.dtype(), count, a.packed().columns());
            stream.copy(a.packed(), packed);
            for (int i = 0; i < count; i++) {
                stream.progress().at("exp", i, count);
                exp(stream, SkewMatrix.wrap(n, packed.row(i)), out.get(i));
            }
        } finally {
            ws.release();
        }
    }

    private static void apply(ComputeStream stream, String operation, SkewMatrix a, double shift, Matrix out) {
        int n = a.order();
        Operands.requireOutput(operation, "out", out, n, n);
        if (n > 1 && n <= SmallExp.LARGEST) {
            SmallExp.apply(stream, operation, a, shift, out);
            return;
        }
        DType compute = Operands.computeType(a.dtype(), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, n, n);
            Matrix[] b = TruncatedExp.powers(stream, ExpSchedule.powers(), x);
            stream.unpackSkew(a, x);
            SkewPolynomial.power(stream, x, b, 0);
            SkewPolynomial.power(stream, x, b, 1);
            double norm = norm(stream, operation, x, b[0], b[1]);
            ExpSchedule schedule = ExpSchedule.choose(compute, norm);
            if (compute == DType.F64 || schedule.squarings(norm) == 0) {
                evaluate(stream, operation, schedule, norm, x, b, 2, shift, out);
                return;
            }
            Matrix wide = ws.matrix(DType.F64, n, n);
            stream.unpackSkew(a, wide);
            Matrix[] powers = TruncatedExp.powers(stream, ExpSchedule.powers(), wide);
            evaluate(stream, operation, ExpSchedule.choose(DType.F64, norm), norm, wide, powers, 0, shift, out);
        } finally {
            ws.release();
        }
    }

    /** out ← exp(x) − I + shift·I; b are the powers of B, of which some are known. */
    private static void evaluate(
            ComputeStream stream,
            String operation,
            ExpSchedule schedule,
            double norm,
            Matrix x,
            Matrix[] b,
            int known,
            double shift,
            Matrix out) {
        Workspace ws = stream.workspace();
        int squarings = schedule.squarings(norm);
        if (squarings > 0) {
            double half = Math.scalb(1.0, -squarings);
            stream.scale(half, x, x);
            double factor = 1;
            for (int j = 0; j < known; j++) {
                factor *= half * half;
                stream.scale(factor, b[j], b[j]);
            }
        }
        Matrix d = ws.matrix(x.dtype(), x.rows(), x.rows());
        Matrix k = ws.matrix(x.dtype(), x.rows(), x.rows());
        schedule.polynomial().evaluate(stream, x, b, known, d, k);
        if (squarings == 0) {
            Results.write(stream, 1, d, 1, k, shift, out, x);
            return;
        }
        stream.combine(1, d, 1, k, 0, d);
        Matrix m = square(stream, operation, squarings, d, k);
        polish(stream, 4 * norm * x.dtype().unitRoundoff(), out.dtype().unitRoundoff() / 8, m);
        Results.write(stream, 1, m, 0, m, shift, out, x);
    }

    /** The bound of ‖A‖₂; 0 where A is not finite, so that it passes through unscaled. */
    static double norm(ComputeStream stream, String operation, Matrix x, Matrix b, Matrix b2) {
        Scalar first = stream.scalar();
        Scalar bound = stream.scalar();
        Scalar other = stream.scalar();
        Scalar pairs = stream.scalar();
        stream.set(pairs, Math.sqrt(0.5));
        stream.reduce(Reduction.NORM_1, x, first);
        stream.reduce(Reduction.FROBENIUS, b, other);
        stream.scalarOp(ScalarOp.MULTIPLY, other, pairs, other);
        stream.scalarOp(ScalarOp.SQRT, other, other, other);
        stream.scalarOp(ScalarOp.MIN, first, other, bound);
        stream.reduce(Reduction.FROBENIUS, b2, other);
        stream.scalarOp(ScalarOp.MULTIPLY, other, pairs, other);
        stream.scalarOp(ScalarOp.SQRT, other, other, other);
        stream.scalarOp(ScalarOp.SQRT, other, other, other);
        stream.scalarOp(ScalarOp.MIN, bound, other, bound);
        double limit = limit(x.dtype());
        double norm = stream.read(bound);
        if (norm < limit) {
            return norm;
        }
        // B overflows long before A does: ask A itself whether it is finite.
        double column = stream.read(first);
        if (Double.isFinite(column)) {
            throw tooLarge(operation, Math.min(column, norm), x.dtype());
        }
        return 0;
    }

    /** {@return 1/(4u), which ‖A‖ must be below} */
    static double limit(DType compute) {
        return 0.25 / compute.unitRoundoff();
    }

    static IllegalArgumentException tooLarge(String operation, double norm, DType compute) {
        return new IllegalArgumentException(operation + ": the norm of A, about " + norm + ", is not below "
                + limit(compute) + " = 1/(4u) of " + compute + "; beyond it no digit of the result means anything");
    }

    /**
     * M ← 2M + M², s times. The halves could be squared apart, D ← −2KᵀK and K ← 2(K + DK), for as many operations; but
     * their rounding errors then grow by up to 4 a step, where those of M grow by √2 on average: M² multiplies an error's
     * part between the planes of angles α and β by exp(iα) + exp(iβ). A Padé approximant of fewer squarings gains nothing
     * over that as long as numerator and denominator keep their symmetry, which exp(−A) = exp(A)ᵀ asks for.
     */
    private static Matrix square(ComputeStream stream, String operation, int squarings, Matrix m, Matrix scratch) {
        Arithmetic arithmetic = stream.arithmetic(m.dtype());
        Matrix square = m;
        Matrix next = scratch;
        for (int i = 0; i < squarings; i++) {
            stream.progress().at(operation, i, squarings);
            stream.gemm(arithmetic, 1, square, square, 2, square, next);
            Matrix swap = square;
            square = next;
            next = swap;
        }
        return square;
    }

    /** Repeats until the defect, about 2‖A‖u after the squarings and 3/4 of its square after a step, does not show. */
    private static void polish(ComputeStream stream, double defect, double tolerance, Matrix m) {
        for (double left = defect; left > tolerance; left *= left) {
            ResidualPolish.both(stream, m);
        }
    }
}
