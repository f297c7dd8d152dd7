package org.isospin.bench.problem;

/**
 * A measured error of a result beside the largest that is accepted.
 *
 * @param name what is measured
 * @param error the error in units of roundoff of the result's type
 * @param tolerance the largest accepted, in the same units
 */
public record Check(String name, double error, double tolerance) {
    /** {@return whether the error is within its tolerance; a NaN is not} */
    public boolean isPassed() {
        return error <= tolerance;
    }
}
