package org.isospin.optim;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Operands;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignEvaluation;
import org.isospin.polar.MsignNormalization;
import org.isospin.polar.MsignSchedule;

/**
 * How an optimizer orthogonalises.
 *
 * @param schedule the polynomials, and the epsilon added to the divisor
 * @param preconditioning what the matrix is divided by first
 * @param precision what is stored between operations
 */
public record MsignMethod(MsignSchedule schedule, MsignPreconditioning preconditioning, MsignPrecision precision) {
    /**
     * Makes a method.
     *
     * @throws IllegalArgumentException if bfloat16 is asked for with another divisor than the Frobenius norm, or another
     *     evaluation than the standard one
     */
    public MsignMethod {
        boolean isPublished = preconditioning == MsignPreconditioning.SCHEDULE
                && schedule.normalization() == MsignNormalization.FROBENIUS
                && schedule.evaluation() == MsignEvaluation.STANDARD;
        if (precision != MsignPrecision.COMPUTE && !isPublished) {
            throw new IllegalArgumentException(
                    "published code in bfloat16 divides by the Frobenius norm and applies every"
                            + " step to the matrix, unlike " + schedule + " with " + preconditioning);
        }
    }

    /**
     * {@return a schedule in the compute type}
     *
     * @param schedule the polynomials
     */
    public static MsignMethod of(MsignSchedule schedule) {
        return new MsignMethod(schedule, MsignPreconditioning.SCHEDULE, MsignPrecision.COMPUTE);
    }

    /**
     * {@return this method with another preconditioning}
     *
     * @param other what the matrix is divided by first
     */
    public MsignMethod withPreconditioning(MsignPreconditioning other) {
        return new MsignMethod(schedule, other, precision);
    }

    /**
     * {@return this method in another precision}
     *
     * @param other what is stored between operations
     */
    public MsignMethod withPrecision(MsignPrecision other) {
        return new MsignMethod(schedule, preconditioning, other);
    }

    /**
     * out ← the approximate matrix sign of A. Waits as the schedule does, hence
     * not at all but for its strictest bound. With {@link MsignPreconditioning#SCHEDULE} in the compute type this is
     * {@link Msign}, with its promises; other forms keep the zero matrix zero too, and NaN and infinities give NaN.
     *
     * @param iso what computes
     * @param a A, m × n
     * @param out m × n; may overlap A's memory
     * @throws IllegalArgumentException if the shapes differ or out is read-only
     */
    public void msign(Isospin iso, Matrix a, Matrix out) {
        Operands.requireOutput("msign", "out", out, a.rows(), a.columns());
        iso.run(stream -> msign(stream, a, out), a, out);
    }

    void msign(ComputeStream stream, Matrix a, Matrix out) {
        if (isPlain()) {
            Msign.msign(stream, a, out, schedule);
        } else {
            NewtonSchulz.msign(stream, a, out, this);
        }
    }

    /** {@return whether this is {@link Msign}} */
    boolean isPlain() {
        return preconditioning == MsignPreconditioning.SCHEDULE && precision == MsignPrecision.COMPUTE;
    }

    /** a ← the approximate matrix sign of a, skew to the last bit. */
    void skew(ComputeStream stream, SkewMatrix a) {
        Msign.skew(stream, a, schedule, a);
    }

    /** {@return everything that decides a bit, for state files} */
    String describe() {
        return schedule + " " + preconditioning + " " + precision;
    }
}
