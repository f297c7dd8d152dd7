package org.isospin.properties;

import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.isospin.DType;

/** The {@link HaarLaws} as properties: a test class that implements this inherits them. */
public interface HaarContract {
    /** {@return the implementation of uniform matrices with orthonormal columns or rows under test} */
    HaarLaws.Sampler haarOrthogonal();

    /** {@return the implementation of uniform rotations under test} */
    HaarLaws.Sampler haarRotation();

    /** {@return the type to test them in} */
    DType dtype();

    /**
     * Matrices have orthonormal columns or rows, depend on the seed alone, and a wide one is the transpose of a tall one.
     *
     * @param rows rows of Q
     * @param columns columns of Q
     * @param seed any number
     */
    @Property(tries = 40)
    default void haarMatricesAreOrthonormal(
            @ForAll @IntRange(max = 40) int rows, @ForAll @IntRange(max = 40) int columns, @ForAll long seed) {
        HaarLaws.orthogonality(haarOrthogonal(), dtype(), rows, columns, seed).orThrow();
        HaarLaws.transposition(haarOrthogonal(), dtype(), rows, columns, seed).orThrow();
    }

    /**
     * Rotations are orthogonal and of determinant 1.
     *
     * @param n order
     * @param seed any number
     */
    @Property(tries = 40)
    default void haarRotationsHaveDeterminantOne(@ForAll @IntRange(max = 40) int n, @ForAll long seed) {
        HaarLaws.orthogonality(haarRotation(), dtype(), n, n, seed).orThrow();
        HaarLaws.determinant(haarRotation(), dtype(), n, seed).orThrow();
    }

    /** The moments of the trace are those of the Haar measure. */
    @Example
    default void haarMatricesAreUniform() {
        HaarLaws.check(haarOrthogonal(), dtype(), 1).forEach(LawResult::orThrow);
        HaarLaws.checkRotations(haarRotation(), dtype(), 1).forEach(LawResult::orThrow);
    }
}
