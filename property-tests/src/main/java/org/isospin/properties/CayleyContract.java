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
    /** {@return the implementation under test} */
    SkewMap cayley();

    /** {@return the step c of the implementation} */
    CayleyStep step();

    /** {@return the type to test it in} */
    DType dtype();

    /**
     * Cayley(A) is orthogonal, solves its equation, and Cayley(−A) is its transpose.
     *
     * @param n order
     * @param norm 2-norm of A
     * @param seed any number
     */
    @Property(tries = 40)
    default void isARotation(
            @ForAll @IntRange(max = 40) int n, @ForAll @DoubleRange(max = 8) double norm, @ForAll long seed) {
        SkewMatrix a = Generators.skew(dtype(), n, norm, seed);
        CayleyLaws.orthogonality(cayley(), a).orThrow();
        CayleyLaws.opposite(cayley(), a).orThrow();
        CayleyLaws.equation(cayley(), step(), a).orThrow();
    }

    /**
     * Planes turn by 2·atan(cθ).
     *
     * @param n order
     * @param angle θ of the first plane
     */
    @Property(tries = 40)
    default void planesTurnByTheirAngle(
            @ForAll @IntRange(max = 40) int n, @ForAll @DoubleRange(min = -3.2, max = 3.2) double angle) {
        CayleyLaws.planes(cayley(), step(), dtype(), n, angle).orThrow();
    }
}
