package org.isospin.properties;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.isospin.DType;
import org.isospin.SkewMatrix;

/** The {@link TruncatedExpLaws} as properties: a test class that implements this inherits them. */
public interface TruncatedExpContract {
    /** {@return the implementation of E_k(A) under test} */
    TruncatedExpLaws.Polynomial truncatedExp();

    /** {@return the implementation of E_k(A)·W under test} */
    TruncatedExpLaws.Action truncatedExpLeft();

    /** {@return the implementation of W·E_k(A) under test} */
    TruncatedExpLaws.Action truncatedExpRight();

    /** {@return the type to test them in} */
    DType dtype();

    /**
     * E_k(A) is its series, −A gives the transpose, and its actions are products.
     *
     * @param degree k
     * @param n order of A
     * @param columns of W
     * @param norm 2-norm of A
     * @param seed any number
     */
    @Property(tries = 60)
    default void truncatedExponentialsAreTheirSeries(
            @ForAll @IntRange(max = 12) int degree,
            @ForAll @IntRange(max = 40) int n,
            @ForAll @IntRange(max = 60) int columns,
            @ForAll @DoubleRange(max = 1.5) double norm,
            @ForAll long seed) {
        SkewMatrix a = Generators.skew(dtype(), n, norm, seed);
        Dense w = Generators.gaussian(n, columns, seed + 1);
        TruncatedExpLaws.polynomial(truncatedExp(), a, degree).orThrow();
        TruncatedExpLaws.opposite(truncatedExp(), a, degree).orThrow();
        TruncatedExpLaws.action(truncatedExpLeft(), a, degree, w).orThrow();
        TruncatedExpLaws.sides(truncatedExpLeft(), truncatedExpRight(), a, degree, w)
                .orThrow();
    }
}
