package org.isospin.polar;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.backend.Arithmetic;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.backend.Reduction;
import org.isospin.backend.Scalar;
import org.isospin.backend.ScalarOp;
import org.isospin.backend.Symmetry;
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
 * of two in F64, so A may be of any magnitude, and powers of two change no bit (but for an epsilon). NaN and infinities in
 * A give NaN everywhere. No waits. The arithmetic is F64 if A or the output is F64, else F32, rounded once to the output's
 * type.
 */
public final class Msign {
    /** Jordan et al. 2024: a slope as steep as it gets, values between 0.68 and 1.13 instead of convergence. */
    private static final OddPolynomial KELLER_JORDAN = new OddPolynomial(3.4445, -4.7750, 2.0315);

    /**
     * Polar Express for l = 10⁻³ as published (arXiv 2505.16932, appendix), with a cushion of 0.02407327424182761; the last
     * is the limit.
     */
    private static final OddPolynomial[] POLAR_EXPRESS = {
        new OddPolynomial(8.287212018145626, -23.595886519098826, 17.300387312530926),
        new OddPolynomial(4.107059111542201, -2.947849916737909, 0.5448431082926598),
        new OddPolynomial(3.9486908534822933, -2.908902115962947, 0.5518191394370131),
        new OddPolynomial(3.318419657370601, -2.488488024314874, 0.51004894012372),
        new OddPolynomial(2.3006520199548177, -1.6689039845747502, 0.4188073119525674),
        new OddPolynomial(1.8913014077873984, -1.2679958271945881, 0.37680408948524896),
        new OddPolynomial(1.8750014808442192, -1.2500016453814815, 0.37500016453818624),
        new OddPolynomial(1.875, -1.25, 0.375)
    };

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
        requireSteps(steps);
        return new MsignSchedule("kellerJordan(" + steps + ")", Collections.nCopies(steps, KELLER_JORDAN), 1, 0);
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
        requireSteps(steps);
        List<OddPolynomial> polynomials = new ArrayList<>(steps);
        int last = POLAR_EXPRESS.length - 1;
        for (int i = 0; i < steps; i++) {
            polynomials.add(i < last ? POLAR_EXPRESS[i].widened(PUBLISHED_SAFETY) : POLAR_EXPRESS[last]);
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

    private static void requireSteps(int steps) {
        if (steps < 1) {
            throw new IllegalArgumentException("msign needs at least 1 step, not " + steps);
        }
    }

    /**
     * {@return f(x): what becomes of a singular value x·‖A‖_F, the schedule's epsilon not counted}
     *
     * @param schedule the schedule
     * @param x a singular value divided by the Frobenius norm
     */
    public static double scalar(MsignSchedule schedule, double x) {
        double y = x / schedule.safety();
        for (OddPolynomial p : schedule.steps()) {
            y = p.apply(y);
        }
        return y;
    }

    /**
     * out ← U·diag(f(σ/‖A‖_F))·Vᵀ. Stream-level form, for Isospin's own modules.
     *
     * @param stream where it runs; never waits
     * @param a A, m × n
     * @param out m × n; may overlap A's memory
     * @param schedule the polynomials
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     */
    @SuppressWarnings("exports")
    public static void msign(ComputeStream stream, Matrix a, Matrix out, MsignSchedule schedule) {
        Operands.requireOutput("msign", "out", out, a.rows(), a.columns());
        boolean isTall = a.rows() > a.columns();
        Matrix source = isTall ? a.transposed() : a;
        Matrix target = isTall ? out.transposed() : out;
        DType compute = Scaled.computeType(a.dtype(), out.dtype());
        int m = source.rows();
        int n = source.columns();
        Workspace ws = stream.workspace();
        ws.mark();
        try {
            Matrix x = ws.matrix(compute, m, n);
            Matrix next = ws.matrix(compute, m, n);
            Matrix gram = ws.matrix(compute, m, m);
            Matrix factor = ws.matrix(compute, m, m);
            normalize(stream, source, schedule, x);
            int last = schedule.steps().size() - 1;
            for (int i = 0; i < last; i++) {
                step(stream, schedule.steps().get(i), x, gram, factor, next);
                Matrix swap = x;
                x = next;
                next = swap;
            }
            boolean isDirect = out.dtype() == compute;
            step(stream, schedule.steps().get(last), x, gram, factor, isDirect ? target : next);
            if (!isDirect) {
                stream.copy(next, target);
            }
        } finally {
            ws.release();
        }
    }

    /** x ← a/(safety·‖a‖_F + epsilon), and 0 for 0. */
    private static void normalize(ComputeStream stream, Matrix a, MsignSchedule schedule, Matrix x) {
        Scalar unit = stream.scalar();
        Scalar divisor = stream.scalar();
        Scalar other = stream.scalar();
        Scaled.copy(stream, a, x, unit);
        stream.reduce(Reduction.FROBENIUS, x, divisor);
        stream.set(other, schedule.safety());
        stream.scalarOp(ScalarOp.MULTIPLY, divisor, other, divisor);
        stream.set(other, schedule.epsilon());
        stream.scalarOp(ScalarOp.DIVIDE, other, unit, other);
        stream.scalarOp(ScalarOp.ADD, divisor, other, divisor);
        // Only the zero matrix, the unit of which is 1, comes below: any divisor will do.
        stream.set(other, Double.MIN_NORMAL);
        stream.scalarOp(ScalarOp.MAX, divisor, other, divisor);
        stream.set(other, 1);
        stream.scalarOp(ScalarOp.DIVIDE, other, divisor, divisor);
        stream.scale(divisor, x, x);
    }

    /**
     * out ← (a·I + b·g + c·g²)·x with g = x·xᵀ. The terms of a steep polynomial are many times their sum: with a·I in the
     * factor they cancel in one matrix, which costs up to half as many digits as a·x + (b·g + c·g²)·x does.
     */
    private static void step(ComputeStream stream, OddPolynomial p, Matrix x, Matrix gram, Matrix factor, Matrix out) {
        Arithmetic arithmetic = stream.arithmetic(x.dtype());
        stream.gemmt(arithmetic, Symmetry.SYMMETRIC, 1, x, x.transposed(), 0, gram, gram);
        if (p.c() == 0) {
            stream.combine(p.b(), gram, 0, gram, p.a(), factor);
        } else {
            stream.gemmt(arithmetic, Symmetry.SYMMETRIC, p.c(), gram, gram, p.b(), gram, factor);
            stream.addDiagonal(p.a(), factor);
        }
        stream.gemm(arithmetic, 1, factor, x, 0, out, out);
    }
}
