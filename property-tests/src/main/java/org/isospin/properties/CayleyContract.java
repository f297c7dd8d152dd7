package org.isospin.properties;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.isospin.DType;
import org.isospin.SkewMatrix;
import org.isospin.rotation.CayleyStep;

/** The {@link CayleyLaws} as properties: a test class that implements this inherits them. */
public interface CayleyContract {
    /**
     * {@return the implementation under test}
     *
     * @param step the c it has
     */
    SkewMap cayley(CayleyStep step);

    /**
     * {@return the implementation of its inverse under test}
     *
     * @param step the c it has
     */
    CayleyLaws.InverseMap inverseCayley(CayleyStep step);

    /** {@return the type to test them in} */
    DType dtype();

    /**
     * Cayley(A) is orthogonal, solves its equation, and Cayley(−A) is its transpose.
     *
     * @param step c
     * @param n order
     * @param norm 2-norm of A
     * @param seed any number
     */
    @Property(tries = 60)
    default void cayleyTransformsAreRotations(
            @ForAll CayleyStep step,
            @ForAll @IntRange(max = 40) int n,
            @ForAll @DoubleRange(max = 8) double norm,
            @ForAll long seed) {
        SkewMatrix a = Generators.skew(dtype(), n, norm, seed);
        CayleyLaws.orthogonality(cayley(step), step, a).orThrow();
        CayleyLaws.opposite(cayley(step), step, a).orThrow();
        CayleyLaws.equation(cayley(step), step, a).orThrow();
    }

    /**
     * Planes turn by 2·atan(cθ), and NaN is not hidden.
     *
     * @param step c
     * @param n order
     * @param angle θ of the first plane
     */
    @Property(tries = 60)
    default void cayleyTransformsTurnPlanesByTheirAngle(
            @ForAll CayleyStep step,
            @ForAll @IntRange(max = 40) int n,
            @ForAll @DoubleRange(min = -3.2, max = 3.2) double angle) {
        CayleyLaws.planes(cayley(step), step, dtype(), n, angle).orThrow();
        CayleyLaws.zero(cayley(step), dtype(), n).orThrow();
        CayleyLaws.nan(cayley(step), dtype(), n + 2).orThrow();
    }

    /**
     * The inverse finds the A of a rotation of known planes.
     *
     * @param step c
     * @param n order
     * @param angle θ of A's first plane
     * @param seed any number
     */
    @Property(tries = 60)
    default void inverseCayleyTransformsFindTheirOrigin(
            @ForAll CayleyStep step,
            @ForAll @IntRange(max = 40) int n,
            @ForAll @DoubleRange(min = -8, max = 8) double angle,
            @ForAll long seed) {
        CayleyLaws.inverse(inverseCayley(step), step, dtype(), n, angle, seed).orThrow();
    }
}
