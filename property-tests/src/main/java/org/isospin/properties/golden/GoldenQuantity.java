package org.isospin.properties.golden;

import java.util.EnumMap;
import java.util.Map;
import org.isospin.Matrix;
import org.jspecify.annotations.Nullable;

/** A quantity that a case expects: its values and the largest deviation allowed, in each mode that has them. */
public final class GoldenQuantity {
    private final String name;
    private final Map<GoldenMode, Matrix> expected;
    private final Map<GoldenMode, Double> tolerance;

    GoldenQuantity(String name, Map<GoldenMode, Matrix> expected, Map<GoldenMode, Double> tolerance) {
        this.name = name;
        this.expected = new EnumMap<>(expected);
        this.tolerance = new EnumMap<>(tolerance);
    }

    /** {@return the name: a result (exp, U, scale), or a state after a step (W_3)} */
    public String name() {
        return name;
    }

    /**
     * {@return whether there is a tolerance, hence something to compare}
     *
     * @param mode the mode
     */
    public boolean isComparedIn(GoldenMode mode) {
        return tolerance.containsKey(mode);
    }

    /**
     * {@return the expected values, read-only: a vector as one row, more than two dimensions with all but the last stacked}
     *
     * @param mode a mode that the quantity is compared in
     */
    public Matrix expected(GoldenMode mode) {
        return present(expected.get(mode), mode);
    }

    /**
     * {@return the largest |actual − expected| allowed, absolute; 0 for equality}
     *
     * @param mode a mode that the quantity is compared in
     */
    public double tolerance(GoldenMode mode) {
        return present(tolerance.get(mode), mode);
    }

    private <T> T present(@Nullable T value, GoldenMode mode) {
        if (value == null) {
            throw new IllegalArgumentException(name + " is not compared in " + mode.label());
        }
        return value;
    }
}
