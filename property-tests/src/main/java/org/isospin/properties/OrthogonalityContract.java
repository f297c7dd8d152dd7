package org.isospin.properties;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.isospin.DType;

/** The {@link OrthogonalityLaws} as properties: a test class that implements this inherits them. */
public interface OrthogonalityContract {
    /** {@return the implementation under test} */
    OrthogonalityLaws.Measure orthogonality();

    /** {@return the type to test it in} */
    DType dtype();

    /**
     * The defect is measured, is that of the transpose, and NaN is never orthogonal.
     *
     * @param rows rows of Q
     * @param columns columns of Q
     * @param scale what an orthonormal matrix is multiplied with
     * @param seed any number
     */
    @Property(tries = 40)
    default void defectsAreMeasured(
            @ForAll @IntRange(min = 1, max = 40) int rows,
            @ForAll @IntRange(min = 1, max = 40) int columns,
            @ForAll @DoubleRange(max = 4) double scale,
            @ForAll long seed) {
        Dense q = Dense.zero(rows, columns).plus(scale, Generators.orthonormal(rows, columns, seed));
        OrthogonalityLaws.defect(orthogonality(), dtype(), q).orThrow();
        OrthogonalityLaws.transposition(orthogonality(), dtype(), q).orThrow();
        OrthogonalityLaws.notANumber(orthogonality(), dtype(), q).orThrow();
    }

    /**
     * The defect of f·I is |f² − 1|√n.
     *
     * @param rows rows of Q
     * @param columns columns of Q
     * @param factor f
     */
    @Property(tries = 40)
    default void multiplesOfTheIdentityAreNotOrthogonal(
            @ForAll @IntRange(max = 40) int rows,
            @ForAll @IntRange(max = 40) int columns,
            @ForAll @IntRange(min = -4, max = 4) int factor) {
        OrthogonalityLaws.multiple(orthogonality(), dtype(), rows, columns, factor)
                .orThrow();
    }
}
