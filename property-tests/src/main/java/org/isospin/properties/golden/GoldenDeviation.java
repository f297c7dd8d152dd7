package org.isospin.properties.golden;

import java.util.Locale;

/**
 * An element that was compared.
 *
 * @param mode what it was computed in
 * @param quantity the quantity, followed by how it was computed where there is more than one way
 * @param row its row
 * @param column its column
 * @param actual what was computed
 * @param expected what was expected
 * @param tolerance the largest difference allowed
 */
public record GoldenDeviation(
        GoldenMode mode, String quantity, int row, int column, double actual, double expected, double tolerance) {
    /** {@return |actual − expected|; 0 for equal infinities, NaN if exactly one is infinite or either is NaN} */
    public double difference() {
        return actual == expected ? 0 : Math.abs(actual - expected);
    }

    /** {@return whether the difference is within the tolerance; false for NaN} */
    public boolean isWithin() {
        return difference() <= tolerance;
    }

    /**
     * {@return difference / tolerance, the share of the allowance that was used; infinite where only 0 was allowed and
     * missed, or where the difference is NaN}
     */
    public double share() {
        double difference = difference();
        if (Double.isNaN(difference)) {
            return Double.POSITIVE_INFINITY;
        }
        return difference == 0 ? 0 : difference / tolerance;
    }

    /** {@return one line: mode, quantity, index, actual, expected, difference and tolerance} */
    @Override
    public String toString() {
        return String.format(
                Locale.ROOT,
                "%s %s(%d,%d) is %s, expected %s: off by %.3g, tolerance %.3g",
                mode.label(),
                quantity,
                row,
                column,
                actual,
                expected,
                difference(),
                tolerance);
    }
}
