package org.isospin.properties;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.isospin.DType;

/** The {@link SpectrumLaws} as properties: a test class that implements this inherits them. */
public interface SpectrumContract {
    /** {@return the implementation under test} */
    SpectrumLaws.SpectrumMap singularValues();

    /** {@return the type to test it in} */
    DType dtype();

    /**
     * Known singular values are found, in order, and a power of two or a transpose changes nothing.
     *
     * @param rows rows of A
     * @param columns columns of A
     * @param digits log₁₀ κ
     * @param seed any number
     */
    @Property(tries = 40)
    default void knownSingularValuesAreFound(
            @ForAll @IntRange(max = 40) int rows,
            @ForAll @IntRange(max = 40) int columns,
            @ForAll @DoubleRange(max = 8) double digits,
            @ForAll long seed) {
        double condition = Math.pow(10, digits);
        SpectrumLaws.known(singularValues(), dtype(), rows, columns, condition, seed)
                .orThrow();
        Dense a = Generators.conditioned(rows, columns, condition, seed);
        SpectrumLaws.order(singularValues(), dtype(), a).orThrow();
        SpectrumLaws.scaling(singularValues(), dtype(), a).orThrow();
        SpectrumLaws.transposition(singularValues(), dtype(), a).orThrow();
    }
}
