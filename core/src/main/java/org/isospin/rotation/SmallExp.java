package org.isospin.rotation;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/**
 * exp of a skew matrix of order 2, 3 or 4 in closed form.
 *
 * <p>Orders 2 and 3 have one plane, of angle θ = ‖A‖_F/√2, and exp(A) = I + (sin θ/θ)A − ½(sin ½θ/½θ)²AᵀA (Rodrigues).
 * Of order 4, A = A₊ + A₋ with its self-dual and anti-self-dual parts, which commute and have A±ᵀA± = θ±²I with θ± =
 * ‖A±‖_F/2: two unit quaternions, exp(A) = (cos θ₊ + (sin θ₊/θ₊)A₊)(cos θ₋ + (sin θ₋/θ₋)A₋). The planes' angles are
 * θ₊ ± θ₋; neither small angles nor equal ones make anything cancel.
 *
 * <p>The arithmetic is F64 for every type; a residual polish follows where ‖A‖ > 1 and the result is F64.
 */
final class SmallExp {
    /** The largest order. */
    static final int LARGEST = 4;

    /** Element i of the dual of packed (01, 02, 03, 12, 13, 23) is element 5 − i with this sign. */
    private static final int[] DUAL = {1, -1, 1, 1, -1, 1};

    /** ‖A‖ up to which the few roundings of D, which are relative to it, do not show in F64. */
    private static final double POLISH_BEYOND = 1;

    private SmallExp() {}

    /**
     * out ← exp(A) + (shift − 1)·I.
     *
     * @param stream where it runs; waits once, twice for order 4
     * @param operation for messages
     * @param a A, of order 2, 3 or 4
     * @param shift 1 or 0
     * @param out the output; may overlap A's memory
     */
    static void apply(ComputeStream stream, String operation, SkewMatrix a, double shift, Matrix out) {
        Workspace ws = stream.workspace();
        int n = a.order();
        ws.mark();
        try {
            Matrix d = ws.matrix(DType.F64, n, n);
            Matrix k = ws.matrix(DType.F64, n, n);
            DType limits = Operands.computeType(a.dtype(), out.dtype());
            double angle = n < LARGEST
                    ? onePlane(stream, operation, a, limits, d, k)
                    : twoPlanes(stream, operation, a, limits, d, k);
            if (angle > POLISH_BEYOND && out.dtype() == DType.F64) {
                stream.combine(1, d, 1, k, 0, d);
                ResidualPolish.both(stream, d);
                stream.fill(k, 0);
            }
            Results.write(stream, 1, d, 1, k, shift, out, d);
        } finally {
            ws.release();
        }
    }

    /** {@return the angle} */
    private static double onePlane(
            ComputeStream stream, String operation, SkewMatrix a, DType limits, Matrix d, Matrix k) {
        // Each element of A is there twice, so this is the norm over √2.
        double angle = checked(stream, operation, norm(stream, a.packed()), a, limits);
        double half = sinc(0.5 * angle);
        stream.unpackSkew(a, k);
        stream.gemmt(Arithmetic.F64, Symmetry.SYMMETRIC, 1, k.transposed(), k, 0, d, d);
        // The sum with +0 leaves no −0, whose sum with a zero of K would depend on the sign of A.
        stream.combine(-0.5 * half * half, d, 0, d, 0, d);
        stream.scale(sinc(angle), k, k);
        return angle;
    }

    /** {@return the larger angle} */
    private static double twoPlanes(
            ComputeStream stream, String operation, SkewMatrix a, DType limits, Matrix d, Matrix k) {
        Workspace ws = stream.workspace();
        Matrix packed = ws.matrix(DType.F64, 1, DUAL.length);
        Matrix dual = ws.matrix(DType.F64, 1, DUAL.length);
        Matrix sum = ws.matrix(DType.F64, 1, DUAL.length);
        Matrix plus = ws.matrix(DType.F64, LARGEST, LARGEST);
        Matrix minus = ws.matrix(DType.F64, LARGEST, LARGEST);
        stream.copy(a.packed(), packed);
        for (int i = 0; i < DUAL.length; i++) {
            int from = DUAL.length - 1 - i;
            stream.scale(DUAL[i], ws.view(packed, 0, from, 1, 1), ws.view(dual, 0, i, 1, 1));
        }
        stream.combine(0.5, packed, 0.5, dual, 0, sum);
        stream.combine(0.5, packed, -0.5, dual, 0, dual);
        stream.unpackSkew(SkewMatrix.wrap(LARGEST, sum), plus);
        stream.unpackSkew(SkewMatrix.wrap(LARGEST, dual), minus);
        double first = 0.5 * norm(stream, plus);
        double second = 0.5 * norm(stream, minus);
        checked(stream, operation, first + second, a, limits);
        stream.gemmt(Arithmetic.F64, Symmetry.SYMMETRIC, 1, plus, minus, 0, d, d);
        // cos θ₊ cos θ₋ − 1 without cancellation.
        double diagonal = -square(Math.sin(0.5 * (first + second))) - square(Math.sin(0.5 * (first - second)));
        stream.combine(sinc(first) * sinc(second), d, 0, d, diagonal, d);
        stream.combine(sinc(first) * Math.cos(second), plus, sinc(second) * Math.cos(first), minus, 0, k);
        return first + second;
    }

    /** {@return the norm, or NaN where A is not finite} */
    private static double checked(ComputeStream stream, String operation, double norm, SkewMatrix a, DType limits) {
        if (norm < Exp.limit(limits)) {
            return norm;
        }
        Scalar largest = stream.scalar();
        stream.reduce(Reduction.MAX_ABS, a.packed(), largest);
        if (Double.isFinite(stream.read(largest))) {
            throw Exp.tooLarge(operation, norm, limits);
        }
        return Double.NaN;
    }

    private static double norm(ComputeStream stream, Matrix m) {
        Scalar norm = stream.scalar();
        stream.reduce(Reduction.FROBENIUS, m, norm);
        return stream.read(norm);
    }

    private static double sinc(double x) {
        return x == 0 ? 1 : Math.sin(x) / x;
    }

    private static double square(double x) {
        return x * x;
    }
}
