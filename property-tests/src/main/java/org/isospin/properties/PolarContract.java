package org.isospin.properties;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.isospin.DType;

/** The {@link PolarLaws} as properties: a test class that implements this inherits them. */
public interface PolarContract {
    /** {@return the implementation under test} */
    MatrixMap polar();

    /** {@return the type to test it in} */
    DType dtype();

    /**
     * U is orthogonal, UᵀA symmetric and positive, powers of two change nothing, and NaN is not hidden.
     *
     * @param rows rows of A
     * @param columns columns of A
     * @param digits log₁₀ κ
     * @param seed any number
     */
    @Property(tries = 40)
    default void polarFactorsAreOrthogonal(
            @ForAll @IntRange(min = 1, max = 40) int rows,
            @ForAll @IntRange(min = 1, max = 40) int columns,
            @ForAll @DoubleRange(max = 3) double digits,
            @ForAll long seed) {
        double condition = Math.pow(10, digits);
        Dense a =
                Dense.of(Generators.conditioned(rows, columns, condition, seed).to(dtype()));
        PolarLaws.orthogonality(polar(), dtype(), a).orThrow();
        PolarLaws.symmetry(polar(), dtype(), a).orThrow();
        PolarLaws.trace(polar(), dtype(), a).orThrow();
        PolarLaws.scaling(polar(), dtype(), a).orThrow();
        PolarLaws.tiny(polar(), dtype(), a).orThrow();
        PolarLaws.nan(polar(), dtype(), a).orThrow();
        PolarLaws.transposition(polar(), dtype(), a, condition).orThrow();
    }
}
