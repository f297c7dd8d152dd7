package org.isospin.properties;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.isospin.DType;
import org.isospin.SkewMatrix;

/** The {@link ExpLaws} as properties: a test class that implements this inherits them. */
public interface ExpContract {
    /** {@return the implementation of exp(A) under test} */
    SkewMap exp();

    /** {@return the implementation of exp(A) − I under test} */
    SkewMap expm1();

    /** {@return the type to test them in} */
    DType dtype();

    /**
     * exp(A) is orthogonal, has determinant 1, and exp(−A) is its transpose.
     *
     * @param n order
     * @param norm 2-norm of A
     * @param seed any number
     */
    @Property(tries = 40)
    default void exponentialsAreRotations(
            @ForAll @IntRange(max = 40) int n, @ForAll @DoubleRange(max = 2.4) double norm, @ForAll long seed) {
        SkewMatrix a = Generators.skew(dtype(), n, norm, seed);
        ExpLaws.orthogonality(exp(), a).orThrow();
        ExpLaws.determinant(exp(), a).orThrow();
        ExpLaws.opposite(exp(), a).orThrow();
    }

    /**
     * exp(−A) is the transpose of exp(A) however large A is.
     *
     * @param n order
     * @param digits log₁₀ ‖A‖
     * @param seed any number
     */
    @Property(tries = 40)
    default void oppositeExponentialsAreTransposes(
            @ForAll @IntRange(max = 40) int n,
            @ForAll @DoubleRange(min = -30, max = 4) double digits,
            @ForAll long seed) {
        SkewMatrix a = Generators.skew(dtype(), n, Math.pow(10, digits), seed);
        ExpLaws.opposite(exp(), a).orThrow();
    }

    /**
     * exp(A)² = exp(2A).
     *
     * @param n order
     * @param norm 2-norm of A
     * @param seed any number
     */
    @Property(tries = 40)
    default void exponentialsDouble(
            @ForAll @IntRange(max = 40) int n, @ForAll @DoubleRange(max = 2.4) double norm, @ForAll long seed) {
        ExpLaws.doubling(exp(), Generators.skew(dtype(), n, norm, seed)).orThrow();
    }

    /**
     * Planes turn by their angle, and NaN is not hidden.
     *
     * @param n order
     * @param angle angle of the first plane
     */
    @Property(tries = 40)
    default void exponentialsTurnPlanesByTheirAngle(
            @ForAll @IntRange(max = 40) int n, @ForAll @DoubleRange(min = -3.2, max = 3.2) double angle) {
        ExpLaws.planes(exp(), dtype(), n, angle).orThrow();
        ExpLaws.zero(exp(), dtype(), n).orThrow();
        ExpLaws.nan(exp(), dtype(), n + 2).orThrow();
    }

    /**
     * exp(A) − I is accurate relative to A however small that is.
     *
     * @param n order
     * @param digits log₁₀ ‖A‖
     * @param seed any number
     */
    @Property(tries = 40)
    default void smallExponentialsKeepTheirDigits(
            @ForAll @IntRange(max = 40) int n,
            @ForAll @DoubleRange(min = -30, max = -5) double digits,
            @ForAll long seed) {
        ExpLaws.series(expm1(), Generators.skew(dtype(), n, Math.pow(10, digits), seed))
                .orThrow();
    }
}
