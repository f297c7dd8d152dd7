package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * exp of a skew-symmetric matrix, a rotation: exp(A) = I + D + K with D = cos√B − I symmetric, K = A·sinc√B skew and
 * B = AᵀA = −A².
 *
 * <p>D and K are minimax polynomials ({@link ExpSchedule}) evaluated in half products ({@link SkewPolynomial}), and I is
 * added last. The norm that chooses the degree is the least of ‖A‖₁, (‖B‖_F/√2)^½ and (‖B²‖_F/√2)^¼ (singular values of
 * A come in pairs), read once: the only wait. Beyond the largest range A is halved s times, and D ← −2K², K ← 2(K + DK)
 * undo that; a residual polish follows.
 *
 * <p>Accuracy, with u of the compute type: ‖QᵀQ − I‖_F/√n ≤ 2u(1 + 2‖A‖) without doublings (‖A‖ ≤ 2.4), and about u with
 * them. The forward error, ‖·‖_F/√n, is at most 1.5‖A‖u + 2u for n = 64, twice that for n = 256; where there is but one
 * plane, without doublings, (2 + cosh ‖A‖)u. exp(−A) is the transpose of exp(A) to the last bit and exp(0) = I. NaN or an
 * infinity in A leaves no element finite.
 *
 * <p>The arithmetic is F64 if A or the output is F64, else F32, rounded once to the output's type.
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

    private static void apply(ComputeStream stream, String operation, SkewMatrix a, double shift, Matrix out) {
        int n = a.order();
        Operands.requireOutput(operation, "out", out, n, n);
        DType compute = Results.computeType(a.dtype(), out.dtype());
        Arithmetic arithmetic = stream.arithmetic(compute);
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, n, n);
            Matrix[] b = new Matrix[ExpSchedule.powers()];
            for (int j = 0; j < b.length; j++) {
                b[j] = ws.matrix(compute, n, n);
            }
            stream.unpackSkew(a, x);
            stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, x.transposed(), x, 0, b[0], b[0]);
            stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, b[0], b[0], 0, b[1], b[1]);
            double norm = norm(stream, operation, x, b[0], b[1]);
            ExpSchedule schedule = ExpSchedule.choose(compute, norm);
            int doublings = schedule.doublings(norm);
            if (doublings > 0) {
                double half = Math.scalb(1.0, -doublings);
                stream.scale(half, x, x);
                stream.scale(half * half, b[0], b[0]);
                stream.scale(half * half * (half * half), b[1], b[1]);
            }
            Matrix d = ws.matrix(compute, n, n);
            Matrix k = ws.matrix(compute, n, n);
            schedule.polynomial().evaluate(stream, x, b, 2, d, k);
            if (doublings > 0) {
                Matrix m = redouble(stream, doublings, d, k, b);
                polish(stream, norm * compute.unitRoundoff(), m);
                Results.write(stream, 1, m, 0, m, shift, out, x);
            } else {
                Results.write(stream, 1, d, 1, k, shift, out, x);
            }
        } finally {
            ws.release();
        }
    }

    /** The bound of ‖A‖₂; 0 where A is not finite, so that it passes through unscaled. */
    private static double norm(ComputeStream stream, String operation, Matrix x, Matrix b, Matrix b2) {
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
        double limit = 0.25 / x.dtype().unitRoundoff();
        double norm = stream.read(bound);
        if (norm < limit) {
            return norm;
        }
        // B overflows long before A does: ask A itself whether it is finite.
        double column = stream.read(first);
        if (Double.isFinite(column)) {
            throw new IllegalArgumentException(operation + ": the norm of A, about " + Math.min(column, norm)
                    + ", is not below " + limit + " = 1/(4u) of " + x.dtype()
                    + "; beyond it no digit of the result means anything");
        }
        return 0;
    }

    /** D ← −2K², K ← 2(K + DK), s times; not cos 2θ = 2cos²θ − 1, which loses a factor of 4 each time. {@return D + K} */
    private static Matrix redouble(ComputeStream stream, int doublings, Matrix d, Matrix k, Matrix[] scratch) {
        Arithmetic arithmetic = stream.arithmetic(d.dtype());
        Matrix cosine = d;
        Matrix sine = k;
        Matrix nextCosine = scratch[0];
        Matrix nextSine = scratch[1];
        for (int i = 0; i < doublings; i++) {
            stream.gemmt(arithmetic, Symmetry.SYMMETRIC, -2, sine.transposed(), sine, 0, nextCosine, nextCosine);
            stream.gemmt(arithmetic, Symmetry.SKEW, 2, cosine, sine, 2, sine, nextSine);
            Matrix swap = cosine;
            cosine = nextCosine;
            nextCosine = swap;
            swap = sine;
            sine = nextSine;
            nextSine = swap;
        }
        stream.combine(1, cosine, 1, sine, 0, nextSine);
        return nextSine;
    }

    /** Repeats until the defect, about 2‖A‖u after the doublings and 3/4 of its square after a step, is roundoff. */
    private static void polish(ComputeStream stream, double relative, Matrix m) {
        double u = m.dtype().unitRoundoff();
        double defect = 4 * relative;
        do {
            ResidualPolish.both(stream, m);
            defect *= defect;
        } while (defect > u);
    }
}
