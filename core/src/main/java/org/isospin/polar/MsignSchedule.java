package org.isospin.polar;

import java.util.List;

/**
 * What {@link Msign} does: A is divided by safety·bound + epsilon, where bound ≥ ‖A‖₂ is ‖A‖_F or another normalization, then
 * every step's odd polynomial is applied to it, which maps its singular values and leaves its singular vectors alone.
 *
 * @param name what reports call it
 * @param steps the polynomials in the order of their application, at least one
 * @param safety at least 1: how much of the first polynomial's range is left for rounding errors
 * @param epsilon not negative; what some optimizers add to the divisor instead of treating zero apart. It makes the result
 *     depend on the magnitude of A
 * @param normalization which bound of the norm
 * @param evaluation how the polynomials are evaluated
 */
public record MsignSchedule(
        String name,
        List<OddPolynomial> steps,
        double safety,
        double epsilon,
        MsignNormalization normalization,
        MsignEvaluation evaluation) {
    /**
     * Makes a schedule.
     *
     * @throws IllegalArgumentException if there is no step, safety is less than 1 or not finite, epsilon is negative or
     *     not finite, or not 0 where rows are scaled one by one
     */
    public MsignSchedule {
        steps = List.copyOf(steps);
        if (steps.isEmpty()) {
            throw new IllegalArgumentException("schedule " + name + " needs at least one step");
        }
        if (!(safety >= 1 && safety < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException(
                    "schedule " + name + ": the safety factor must be at least 1, not " + safety);
        }
        if (!(epsilon >= 0 && epsilon < Double.POSITIVE_INFINITY)) {
            throw new IllegalArgumentException("schedule " + name + ": epsilon must be 0 or more, not " + epsilon);
        }
        if (epsilon > 0 && normalization == MsignNormalization.ROW_SCALING) {
            throw new IllegalArgumentException("schedule " + name + ": row scaling has no divisor that epsilon = "
                    + epsilon + " could be added to");
        }
    }

    /**
     * Makes a schedule that divides by the Frobenius norm and is evaluated step by step.
     *
     * @param name what reports call it
     * @param steps the polynomials, at least one
     * @param safety the factor of the norm, at least 1
     * @param epsilon added to the divisor, not negative
     * @throws IllegalArgumentException if there is no step, safety is less than 1 or not finite, or epsilon is negative or
     *     not finite
     */
    public MsignSchedule(String name, List<OddPolynomial> steps, double safety, double epsilon) {
        this(name, steps, safety, epsilon, MsignNormalization.FROBENIUS, MsignEvaluation.STANDARD);
    }

    /**
     * {@return this schedule with another epsilon}
     *
     * @param epsilon added to the divisor
     */
    public MsignSchedule withEpsilon(double epsilon) {
        return new MsignSchedule(name, steps, safety, epsilon, normalization, evaluation);
    }

    /**
     * {@return this schedule with another safety factor}
     *
     * @param safety the factor of the norm in the divisor
     */
    public MsignSchedule withSafety(double safety) {
        return new MsignSchedule(name, steps, safety, epsilon, normalization, evaluation);
    }

    /**
     * {@return this schedule with another normalization}
     *
     * @param normalization which bound of the norm A is divided by
     */
    public MsignSchedule withNormalization(MsignNormalization normalization) {
        return new MsignSchedule(name, steps, safety, epsilon, normalization, evaluation);
    }

    /**
     * {@return this schedule with another evaluation}
     *
     * @param evaluation how the polynomials are evaluated
     */
    public MsignSchedule withEvaluation(MsignEvaluation evaluation) {
        return new MsignSchedule(name, steps, safety, epsilon, normalization, evaluation);
    }
}
