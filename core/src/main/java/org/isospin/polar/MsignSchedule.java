package org.isospin.polar;

import java.util.List;

/**
 * What {@link Msign} does: A is divided by safety·‖A‖_F + epsilon, then every step's odd polynomial is applied to it, which
 * maps its singular values and leaves its singular vectors alone.
 *
 * @param name what reports call it
 * @param steps the polynomials in the order of their application, at least one
 * @param safety at least 1: how much of the first polynomial's range is left for rounding errors
 * @param epsilon not negative; what some optimizers add to the divisor instead of treating zero apart. It makes the result
 *     depend on the magnitude of A
 */
public record MsignSchedule(String name, List<OddPolynomial> steps, double safety, double epsilon) {
    /**
     * Makes a schedule.
     *
     * @throws IllegalArgumentException if there is no step, safety is less than 1 or not finite, or epsilon is negative or
     *     not finite
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
    }

    /**
     * {@return this schedule with another epsilon}
     *
     * @param epsilon added to the divisor
     */
    public MsignSchedule withEpsilon(double epsilon) {
        return new MsignSchedule(name, steps, safety, epsilon);
    }

    /**
     * {@return this schedule with another safety factor}
     *
     * @param safety the factor of the Frobenius norm in the divisor
     */
    public MsignSchedule withSafety(double safety) {
        return new MsignSchedule(name, steps, safety, epsilon);
    }
}
