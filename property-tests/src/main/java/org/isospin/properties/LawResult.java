package org.isospin.properties;

import java.util.Locale;

/**
 * A law, the error that was measured and the largest one allowed.
 *
 * @param law what should hold, as a formula or a sentence
 * @param subject the input it was measured on: shape, norm, seed
 * @param error the measured error; NaN if a result was NaN where it must not be
 * @param bound the largest error allowed
 */
public record LawResult(String law, String subject, double error, double bound) {
    /** {@return whether the error is within the bound; false for NaN} */
    public boolean holds() {
        return error <= bound;
    }

    /**
     * {@return error / bound, the share of the allowance that was used; infinite where only 0 was allowed and missed, or
     * where the error is NaN}
     */
    public double share() {
        if (Double.isNaN(error)) {
            return Double.POSITIVE_INFINITY;
        }
        if (error == 0) {
            return 0;
        }
        return bound == 0 ? Double.POSITIVE_INFINITY : error / bound;
    }

    /**
     * {@return this result}
     *
     * @throws AssertionError if the law does not hold
     */
    public LawResult orThrow() {
        if (!holds()) {
            throw new AssertionError(toString());
        }
        return this;
    }

    /** {@return one line: law, subject, error and bound} */
    @Override
    public String toString() {
        return String.format(Locale.ROOT, "%s [%s]: error %.3g, bound %.3g", law, subject, error, bound);
    }
}
