package org.isospin.properties;

import java.util.function.DoubleUnaryOperator;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.isospin.DType;

/** The {@link MsignLaws} as properties: a test class that implements this inherits them. */
public interface MsignContract {
    /** {@return the implementation under test} */
    MatrixMap msign();

    /** {@return what it makes of a singular value of A/‖A‖_F} */
    DoubleUnaryOperator msignScalar();

    /** {@return the type to test it in} */
    DType dtype();

    /**
     * Singular vectors stay and singular values go the way of the scalar; transposes and multiples are exact; NaN is
     * not hidden.
     *
     * @param rows rows of A
     * @param columns columns of A
     * @param digits log₁₀ κ
     * @param seed any number
     */
    @Property(tries = 40)
    default void msignMapsSingularValues(
            @ForAll @IntRange(min = 1, max = 40) int rows,
            @ForAll @IntRange(min = 1, max = 40) int columns,
            @ForAll @DoubleRange(max = 3) double digits,
            @ForAll long seed) {
        double condition = Math.pow(10, digits);
        MsignLaws.mapping(msign(), msignScalar(), dtype(), rows, columns, condition, seed)
                .orThrow();
        Dense a = Generators.conditioned(rows, columns, condition, seed);
        MsignLaws.transposition(msign(), msignScalar(), dtype(), a).orThrow();
        MsignLaws.scaling(msign(), dtype(), a).orThrow();
        MsignLaws.tiny(msign(), dtype(), a).orThrow();
        MsignLaws.nan(msign(), dtype(), a).orThrow();
    }

    /**
     * A diagonal matrix is mapped element by element, and zero to zero.
     *
     * @param rows rows of A
     * @param columns columns of A
     */
    @Property(tries = 20)
    default void msignOfDiagonals(@ForAll @IntRange(max = 40) int rows, @ForAll @IntRange(max = 40) int columns) {
        MsignLaws.diagonal(msign(), msignScalar(), dtype(), rows, columns).orThrow();
        MsignLaws.zero(msign(), dtype(), rows, columns).orThrow();
    }
}
