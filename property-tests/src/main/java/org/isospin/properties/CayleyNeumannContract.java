package org.isospin.properties;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.isospin.DType;
import org.isospin.SkewMatrix;
import org.isospin.rotation.CayleyStep;

/** The {@link CayleyNeumannLaws} as properties: a test class that implements this inherits them. */
public interface CayleyNeumannContract {
    /**
     * {@return the implementation of (I + X)(I + X + … + Xᵏ) under test}
     *
     * @param order k
     * @param step the c it has
     */
    SkewMap cayleyNeumann(int order, CayleyStep step);

    /**
     * {@return the implementation of I + 2(X + … + Xᵏ) under test}
     *
     * @param order k
     * @param step the c it has
     */
    SkewMap cayleySeries(int order, CayleyStep step);

    /** {@return the type to test them in} */
    DType dtype();

    /**
     * Both are their polynomials, orthogonal up to the truncation, and −A gives the transpose.
     *
     * @param step c
     * @param order k
     * @param n order of A
     * @param norm 2-norm of A
     * @param seed any number
     */
    @Property(tries = 60)
    default void truncatedCayleyTransformsAreTheirPolynomials(
            @ForAll CayleyStep step,
            @ForAll @IntRange(max = 9) int order,
            @ForAll @IntRange(max = 40) int n,
            @ForAll @DoubleRange(max = 1.5) double norm,
            @ForAll long seed) {
        SkewMatrix a = Generators.skew(dtype(), n, norm, seed);
        SkewMap product = cayleyNeumann(order, step);
        CayleyNeumannLaws.polynomial(product, order, 1, step, a).orThrow();
        CayleyNeumannLaws.truncation(product, order, 1, step, a).orThrow();
        CayleyNeumannLaws.opposite(product, a).orThrow();
        SkewMap series = cayleySeries(order, step);
        CayleyNeumannLaws.polynomial(series, order, 0, step, a).orThrow();
        CayleyNeumannLaws.truncation(series, order, 0, step, a).orThrow();
        CayleyNeumannLaws.opposite(series, a).orThrow();
    }
}
