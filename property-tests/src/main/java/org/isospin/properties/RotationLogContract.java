package org.isospin.properties;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.isospin.DType;

/** The {@link RotationLogLaws} as properties: a test class that implements this inherits them. */
public interface RotationLogContract {
    /** {@return the implementation under test} */
    RotationLogLaws.LogMap rotationLog();

    /** {@return the type to test it in} */
    DType dtype();

    /**
     * log finds planes and angles, and the opposite ones of the transpose.
     *
     * @param n order
     * @param angle θ of the first plane
     * @param seed any number
     */
    @Property(tries = 60)
    default void logsFindPlanesAndAngles(
            @ForAll @IntRange(max = 40) int n,
            @ForAll @DoubleRange(min = 0, max = 3.14) double angle,
            @ForAll long seed) {
        RotationLogLaws.planes(rotationLog(), dtype(), n, angle, seed).orThrow();
        RotationLogLaws.transposed(rotationLog(), dtype(), n, angle, seed).orThrow();
        RotationLogLaws.identity(rotationLog(), dtype(), n).orThrow();
    }

    /**
     * Half turns have the angle π.
     *
     * @param n order
     * @param share of the planes that turn, in tenths
     * @param seed any number
     */
    @Property(tries = 40)
    default void logsOfHalfTurnsHaveTheAnglePi(
            @ForAll @IntRange(max = 40) int n, @ForAll @IntRange(max = 10) int share, @ForAll long seed) {
        RotationLogLaws.halfTurns(rotationLog(), dtype(), n, n / 2 * share / 10, seed)
                .orThrow();
    }

    /**
     * Tiny logarithms keep their digits, and NaN is not hidden.
     *
     * @param n order
     * @param digits log₁₀ ‖A‖
     * @param seed any number
     */
    @Property(tries = 20)
    default void tinyLogsKeepTheirDigits(
            @ForAll @IntRange(max = 24) int n,
            @ForAll @DoubleRange(min = -30, max = -10) double digits,
            @ForAll long seed) {
        RotationLogLaws.small(rotationLog(), Generators.skew(dtype(), n, Math.pow(10, digits), seed))
                .orThrow();
        RotationLogLaws.nan(rotationLog(), dtype(), n + 2).orThrow();
    }
}
