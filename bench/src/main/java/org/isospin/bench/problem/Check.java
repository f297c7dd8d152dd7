package org.isospin.bench.problem;

import java.util.List;
import org.isospin.bench.cli.Figures;

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

    /**
     * {@return the largest error; NaN if there is no check, or one is NaN}
     *
     * @param checks of one result
     */
    public static double largest(List<Check> checks) {
        return checks.stream().mapToDouble(Check::error).reduce(Math::max).orElse(Double.NaN);
    }

    /**
     * {@return what the first check that is not passed says, empty if all are}
     *
     * @param checks of one result
     */
    public static String firstFailure(List<Check> checks) {
        return checks.stream()
                .filter(c -> !c.isPassed())
                .map(c -> c.name + ": " + Figures.roundoffs(c.error) + " u, accepted up to "
                        + Figures.roundoffs(c.tolerance))
                .findFirst()
                .orElse("");
    }
}
