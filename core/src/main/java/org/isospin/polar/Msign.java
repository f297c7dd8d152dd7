package org.isospin.polar;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Workspace;

/**
 * The matrix sign in the sense of Muon: A = U·diag(σ)·Vᵀ becomes U·diag(f(σ))·Vᵀ with f(σ) ≈ 1, by the odd polynomials of a
 * {@link MsignSchedule}, in matrix products alone. {@link Polar} is its exact limit.
 *
 * <p>A step X ← (aI + bG + cG²)X with G = XXᵀ costs two products known to be symmetric and one full one; the smaller Gram
 * matrix is used, so a wide A and its tall transpose cost the same and give the same bits. Zero singular values stay zero
 * and a zero matrix gives exactly zero; values far below the schedule's range end up anywhere in between.
 *
 * <p>Singular values reach {@link #scalar f} up to a few u of the compute type times the slope of f: 10u for five steps of
 * Keller Jordan, 20u for five of Polar Express on average, and a few hundred u at worst. The norm is that of A scaled by a power
 * of two, so A may be of any magnitude, and powers of two change no bit (but for an epsilon). NaN and infinities in
 * A give NaN everywhere. Waits as the schedule's normalization does: never for the Frobenius norm. The arithmetic is F64 if A
 * or the output is F64, else F32, rounded once to the output's type; under {@link org.isospin.Precision#TF32} and
 * {@link org.isospin.Precision#BF16} a device rounds the factors of each product, and their u takes the place of F32's.
 */
public final class Msign {
    /** The safety factor of the published listing, for its polynomials and for its norm. */
    private static final double PUBLISHED_SAFETY = 1.01;

    /** The safety factor for F32 and F64: without one, an overshoot by u at 1 can grow by ten digits. */
    private static final double SAFETY = 1.001;

    /** The published cushion: without one, a large singular value can become as small as l on its way, and lose its digits. */
    private static final double CUSHION = 0.02407327424182761;

    private Msign() {}

    /**
     * {@return the schedule of Muon: x ← 3.4445x − 4.7750x³ + 2.0315x⁵}
     *
     * @param steps how often; five is usual
     * @throws IllegalArgumentException if steps is not positive
     */
    public static MsignSchedule kellerJordan(int steps) {
        PublishedPolynomials.requireSteps(steps);
        return new MsignSchedule(
                "kellerJordan(" + steps + ")", Collections.nCopies(steps, PublishedPolynomials.KELLER_JORDAN), 1, 0);
    }

    /**
     * {@return the published schedule of Polar Express for singular values from 10⁻³·‖A‖_F, with its safety factor of 1.01}
     *
     * <p>After the eighth step its limit 1.875x − 1.25x³ + 0.375x⁵ repeats. Five steps end in [0.84, 1.13], eight at 1 to
     * roundoff.
     *
     * @param steps how many; five is usual
     * @throws IllegalArgumentException if steps is not positive
     */
    public static MsignSchedule polarExpress(int steps) {
        List<OddPolynomial> published = PublishedPolynomials.repeatingLast(PublishedPolynomials.POLAR_EXPRESS, steps);
        List<OddPolynomial> polynomials = new ArrayList<>(steps);
        for (OddPolynomial p : published) {
            polynomials.add(p.equals(PublishedPolynomials.QUINTIC) ? p : p.widened(PUBLISHED_SAFETY));
        }
        return new MsignSchedule("polarExpress(" + steps + ")", polynomials, PUBLISHED_SAFETY, 0);
    }

    /**
     * {@return the optimal schedule of quintics for singular values in [lowerBound, 1]·‖A‖_F, with the published cushion and
     * a safety factor of 1.001, enough for F32 and F64}
     *
     * @param steps how many; 7 reach F32 roundoff for 10⁻³ and 12 for 10⁻⁶, one more reaches F64 roundoff
     * @param lowerBound in (0, 1]
     * @throws IllegalArgumentException if an argument is outside its range
     */
    public static MsignSchedule polarExpress(int steps, double lowerBound) {
        return polarExpress(steps, lowerBound, SAFETY, CUSHION);
    }

    /**
     * {@return the optimal schedule of quintics for singular values in [lowerBound, 1]·‖A‖_F}
     *
     * @param steps how many
     * @param lowerBound in (0, 1]
     * @param safety at least 1; for the polynomials, but the last, and for the norm
     * @param cushion least ratio of the ends of a step's interval, 0 for none, less than 1
     * @throws IllegalArgumentException if an argument is outside its range
     * @see PolarExpress
     */
    public static MsignSchedule polarExpress(int steps, double lowerBound, double safety, double cushion) {
        List<OddPolynomial> polynomials = PolarExpress.quintics(steps, lowerBound, safety, cushion);
        String name = "polarExpress(" + steps + ", " + lowerBound + ", " + safety + ", " + cushion + ")";
        return new MsignSchedule(name, polynomials, safety, 0);
    }

    /**
     * {@return f(x): what becomes of a singular value x·bound, bound being ‖A‖_F or the schedule's other bound of ‖A‖₂ before its
     * margin, the schedule's epsilon not counted; after row scaling, of the singular value x}
     *
     * @param schedule the schedule
     * @param x a singular value divided by the bound
     */
    public static double scalar(MsignSchedule schedule, double x) {
        double margin = switch (schedule.normalization()) {
            case FROBENIUS, ROW_SCALING -> 1;
            case SCHATTEN_4, SCHATTEN_8, BETA_2, BETA_4 -> MsignNormalizer.MARGIN;
        };
        double y = x / (schedule.safety() * margin);
        for (OddPolynomial p : schedule.steps()) {
            y = p.apply(y);
        }
        return y;
    }

    /**
     * out ← U·diag(f(σ/bound))·Vᵀ. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs; waits as the schedule's normalization does
     * @param a A, m × n
     * @param out m × n; may overlap A's memory
     * @param schedule the polynomials
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     */
    @SuppressWarnings("exports")
    public static void msign(ComputeStream stream, Matrix a, Matrix out, MsignSchedule schedule) {
        msign(stream, stream.roundingArithmetic(Operands.computeType(a.dtype(), out.dtype())), a, out, schedule);
    }

    /**
     * out ← U·diag(f(σ/bound))·Vᵀ with the iteration's products in an arithmetic.
     *
     * @param stream where it runs; waits as the schedule's normalization does
     * @param arithmetic of the compute type
     * @param a A, m × n
     * @param out m × n; may overlap A's memory
     * @param schedule the polynomials
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     */
    static void msign(ComputeStream stream, Arithmetic arithmetic, Matrix a, Matrix out, MsignSchedule schedule) {
        Operands.requireOutput("msign", "out", out, a.rows(), a.columns());
        boolean isTall = a.rows() > a.columns();
        Matrix source = isTall ? a.transposed() : a;
        Matrix target = isTall ? out.transposed() : out;
        DType compute = Operands.computeType(a.dtype(), out.dtype());
        int m = source.rows();
        int n = source.columns();
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, m, n);
            Matrix next = ws.matrix(compute, m, n);
            Matrix gram = ws.matrix(compute, m, m);
            Matrix factor = ws.matrix(compute, m, m);
            MsignNormalizer.Known known = MsignNormalizer.apply(stream, source, schedule, x, gram, factor);
            boolean isDirect = out.dtype() == compute;
            Matrix result = isDirect ? target : ws.matrix(compute, m, n);
            MsignIteration.run(
                    stream,
                    arithmetic,
                    schedule,
                    MsignIteration.Structure.GENERAL,
                    x,
                    next,
                    gram,
                    factor,
                    known,
                    result);
            if (!isDirect) {
                stream.copy(result, target);
            }
        } finally {
            ws.release();
        }
    }

    /**
     * out ← msign(A) of a skew A, skew to the last bit: two thirds of the work of {@link #msign(ComputeStream, Matrix, Matrix,
     * MsignSchedule)}. For odd orders, and where planes are missing, the null vectors stay at 0. Waits as the schedule's normalization
     * does.
     *
     * @param iso where it runs
     * @param a A, of order n
     * @param schedule the polynomials
     * @param out of order n; may overlap A's memory
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or the schedule scales rows
     */
    public static void skew(Isospin iso, SkewMatrix a, MsignSchedule schedule, SkewMatrix out) {
        iso.run(stream -> skew(stream, a, schedule, out), a, out);
    }

    /**
     * out ← msign(A) of a skew A. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs; waits as the schedule's normalization does
     * @param a A, of order n
     * @param schedule the polynomials
     * @param out of order n; may overlap A's memory
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or the schedule scales rows
     */
    @SuppressWarnings("exports")
    public static void skew(ComputeStream stream, SkewMatrix a, MsignSchedule schedule, SkewMatrix out) {
        int n = a.order();
        if (out.order() != n) {
            throw new IllegalArgumentException("msign: out must be of order " + n + ", not " + out);
        }
        Operands.requireOutput("msign", "out", out.packed(), 1, SkewMatrix.packedLength(n));
        if (schedule.normalization() == MsignNormalization.ROW_SCALING) {
            throw new IllegalArgumentException(
                    "msign: schedule " + schedule.name() + " scales rows, which does not leave " + a + " skew");
        }
        DType compute = Operands.computeType(a.dtype(), out.dtype());
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, n, n);
            Matrix next = ws.matrix(compute, n, n);
            Matrix gram = ws.matrix(compute, n, n);
            Matrix factor = ws.matrix(compute, n, n);
            Matrix result = ws.matrix(compute, n, n);
            stream.unpackSkew(a, x);
            MsignNormalizer.Known known = MsignNormalizer.apply(stream, x, schedule, x, gram, factor);
            Arithmetic arithmetic = stream.roundingArithmetic(compute);
            MsignIteration.run(
                    stream, arithmetic, schedule, MsignIteration.Structure.SKEW, x, next, gram, factor, known, result);
            stream.packSkew(result, out);
        } finally {
            ws.release();
        }
    }
}
