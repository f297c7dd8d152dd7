package org.isospin.polar;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Symmetry;
import org.isospin.backend.Workspace;

/** The start of {@link Msign}: A divided by its {@link MsignNormalization}. */
final class MsignNormalizer {
    /** What a bound from rounded moments is multiplied by. */
    static final double MARGIN = 1.001;

    /** Errors of moments, in u: G's elements are off by about √n·u of the norms of their rows, the moments by less. */
    private static final double NOISE = 32;

    /** Below it the Cholesky factor of nearly singular moments loses the digits that it would keep. */
    private static final double LEAST_NOISE = 0x1p-34;

    private MsignNormalizer() {}

    /** Powers of the Gram matrix that are known for the matrix as normalized, besides the matrix itself. */
    enum Known {
        /** None. */
        NOTHING,
        /** G = XXᵀ. */
        GRAM,
        /** G and G². */
        SQUARE
    }

    /**
     * x ← a divided by its norm's bound, and 0 for 0.
     *
     * @param stream where it runs; waits three times for β₄, else never
     * @param a m × n, m ≤ n
     * @param schedule the normalization, safety and epsilon
     * @param x m × n of the compute type
     * @param gram m × m, receives XXᵀ if the result says so
     * @param square m × m, receives (XXᵀ)² if the result says so; else unspecified
     * @return what is in gram and square
     */
    static Known apply(ComputeStream stream, Matrix a, MsignSchedule schedule, Matrix x, Matrix gram, Matrix square) {
        Scalar unit = stream.scalar();
        Scalar norm = stream.scalar();
        stream.scaleToOne(a, x, unit);
        if (schedule.normalization() == MsignNormalization.ROW_SCALING) {
            scaleRows(stream, x, schedule.safety(), gram);
            return Known.NOTHING;
        }
        stream.reduce(Reduction.FROBENIUS, x, norm);
        if (schedule.normalization() == MsignNormalization.FROBENIUS) {
            divide(stream, schedule, unit, norm, x);
            return Known.NOTHING;
        }
        Scalar inverse = stream.scalar();
        positive(stream, norm, norm);
        reciprocal(stream, norm, inverse);
        stream.scale(inverse, x, x);
        stream.gemmt(stream.arithmetic(x.dtype()), Symmetry.SYMMETRIC, 1, x, x.transposed(), 0, gram, gram);
        Known known = square(stream, schedule.normalization(), gram, square);
        Scalar bound = stream.scalar();
        bound(stream, schedule.normalization(), gram, square, bound);
        // A is unit·norm·x, its bound unit·norm·bound: x is divided by safety·margin·bound + epsilon/(unit·norm).
        Scalar factor = stream.scalar();
        divisor(stream, schedule, unit, norm, bound, factor);
        reciprocal(stream, factor, factor);
        stream.scale(factor, x, x);
        stream.scalarOp(ScalarOp.MULTIPLY, factor, factor, factor);
        stream.scale(factor, gram, gram);
        if (known == Known.SQUARE) {
            stream.scalarOp(ScalarOp.MULTIPLY, factor, factor, factor);
            stream.scale(factor, square, square);
        }
        return known;
    }

    /** x ← x/(safety·norm + epsilon/unit). */
    private static void divide(ComputeStream stream, MsignSchedule schedule, Scalar unit, Scalar norm, Matrix x) {
        Scalar other = stream.scalar();
        stream.set(other, schedule.safety());
        stream.scalarOp(ScalarOp.MULTIPLY, norm, other, norm);
        stream.set(other, schedule.epsilon());
        stream.scalarOp(ScalarOp.DIVIDE, other, unit, other);
        stream.scalarOp(ScalarOp.ADD, norm, other, norm);
        positive(stream, norm, norm);
        reciprocal(stream, norm, norm);
        stream.scale(norm, x, x);
    }

    /** out ← safety·margin·bound + epsilon/(unit·norm). */
    private static void divisor(
            ComputeStream stream, MsignSchedule schedule, Scalar unit, Scalar norm, Scalar bound, Scalar out) {
        Scalar other = stream.scalar();
        stream.set(other, schedule.safety() * MARGIN);
        stream.scalarOp(ScalarOp.MULTIPLY, bound, other, out);
        stream.set(other, schedule.epsilon());
        stream.scalarOp(ScalarOp.DIVIDE, other, unit, other);
        stream.scalarOp(ScalarOp.DIVIDE, other, norm, other);
        stream.scalarOp(ScalarOp.ADD, out, other, out);
    }

    /**
     * square ← gram² where the bound needs it.
     *
     * @param stream where it runs
     * @param normalization the bound
     * @param gram m × m
     * @param square m × m
     * @return whether it does
     */
    static Known square(ComputeStream stream, MsignNormalization normalization, Matrix gram, Matrix square) {
        if (normalization == MsignNormalization.SCHATTEN_8 || normalization == MsignNormalization.BETA_4) {
            stream.gemmt(stream.arithmetic(gram.dtype()), Symmetry.SYMMETRIC, 1, gram, gram, 0, square, square);
            return Known.SQUARE;
        }
        return Known.GRAM;
    }

    /**
     * bound ← the root of the bound of the largest eigenvalue of a matrix of trace 1; for 0, a number that can be divided by.
     *
     * @param stream where it runs; waits three times for β₄, else never
     * @param normalization a bound from moments
     * @param gram m × m, positive semidefinite
     * @param square its square, if {@link #square} says so
     * @param bound receives it
     */
    static void bound(
            ComputeStream stream, MsignNormalization normalization, Matrix gram, Matrix square, Scalar bound) {
        int m = gram.rows();
        Scalar other = stream.scalar();
        switch (normalization) {
            case SCHATTEN_4 -> stream.reduce(Reduction.FROBENIUS, gram, bound);
            case SCHATTEN_8 -> {
                stream.reduce(Reduction.FROBENIUS, square, bound);
                stream.scalarOp(ScalarOp.SQRT, bound, bound, bound);
            }
            case BETA_2 -> {
                stream.reduce(Reduction.SUM_SQUARES, gram, bound);
                stream.set(other, 1 + 3 * noise(gram.dtype()));
                stream.scalarOp(ScalarOp.MULTIPLY, bound, other, bound);
                stream.set(other, 1.0 / m);
                stream.scalarOp(ScalarOp.SUBTRACT, bound, other, bound);
                stream.set(other, 0);
                stream.scalarOp(ScalarOp.MAX, bound, other, bound);
                stream.set(other, (m - 1.0) / m);
                stream.scalarOp(ScalarOp.MULTIPLY, bound, other, bound);
                stream.scalarOp(ScalarOp.SQRT, bound, bound, bound);
                stream.set(other, 1.0 / m);
                stream.scalarOp(ScalarOp.ADD, bound, other, bound);
            }
            case BETA_4 ->
                stream.set(bound, moments(stream, gram, square).beta4().value());
            default -> throw new IllegalArgumentException(normalization + " is no bound from moments");
        }
        stream.scalarOp(ScalarOp.SQRT, bound, bound, bound);
        // No matrix but 0 has one below.
        stream.set(other, 1 / Math.sqrt(m));
        stream.scalarOp(ScalarOp.MAX, bound, other, bound);
    }

    /**
     * {@return the moments of a Gram matrix of trace 1, those of a matrix of rank 1 if it is 0; waits up to three times, all but
     * the first for numbers that are there already}
     *
     * @param stream where it runs
     * @param gram G
     * @param square G²
     */
    static GramMoments moments(ComputeStream stream, Matrix gram, Matrix square) {
        Scalar second = stream.scalar();
        Scalar third = stream.scalar();
        Scalar fourth = stream.scalar();
        stream.reduce(Reduction.SUM_SQUARES, gram, second);
        stream.dot(gram, square, third);
        stream.reduce(Reduction.SUM_SQUARES, square, fourth);
        double noise = noise(gram.dtype());
        double m2 = stream.read(second);
        return m2 == 0
                ? new GramMoments(gram.rows(), 1, 1, 1, noise)
                : new GramMoments(gram.rows(), m2, stream.read(third), stream.read(fourth), noise);
    }

    private static double noise(DType dtype) {
        return Math.max(NOISE * dtype.unitRoundoff(), LEAST_NOISE);
    }

    /** Row i of x ← row i/(safety·√Σⱼ|Gᵢⱼ|), with gram = G = xxᵀ. */
    private static void scaleRows(ComputeStream stream, Matrix x, double safety, Matrix gram) {
        Workspace ws = stream.workspace();
        stream.gemmt(stream.arithmetic(x.dtype()), Symmetry.SYMMETRIC, 1, x, x.transposed(), 0, gram, gram);
        Scalar sum = stream.scalar();
        Scalar other = stream.scalar();
        // Where squares underflow, so far and no further: the row stays below 1.
        double least = x.dtype() == DType.F64 ? Double.MIN_NORMAL : Float.MIN_NORMAL;
        for (int i = 0; i < x.rows(); i++) {
            stream.reduce(Reduction.NORM_INF, ws.view(gram, i, 0, 1, gram.columns()), sum);
            stream.set(other, least);
            stream.scalarOp(ScalarOp.MAX, sum, other, sum);
            stream.scalarOp(ScalarOp.SQRT, sum, sum, sum);
            stream.set(other, safety);
            stream.scalarOp(ScalarOp.MULTIPLY, sum, other, sum);
            reciprocal(stream, sum, sum);
            Matrix row = ws.view(x, i, 0, 1, x.columns());
            stream.scale(sum, row, row);
        }
    }

    /** out ← the larger of a and the smallest number whose reciprocal is finite: only the norm of 0 comes below. */
    static void positive(ComputeStream stream, Scalar a, Scalar out) {
        Scalar least = stream.scalar();
        stream.set(least, Double.MIN_NORMAL);
        stream.scalarOp(ScalarOp.MAX, a, least, out);
    }

    static void reciprocal(ComputeStream stream, Scalar a, Scalar out) {
        Scalar one = stream.scalar();
        stream.set(one, 1);
        stream.scalarOp(ScalarOp.DIVIDE, one, a, out);
    }
}
