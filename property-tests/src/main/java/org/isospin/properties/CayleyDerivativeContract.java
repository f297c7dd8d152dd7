package org.isospin.properties;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.isospin.DType;
import org.isospin.SkewMatrix;
import org.isospin.rotation.CayleyStep;

/** The {@link CayleyDerivativeLaws} of the Cayley transform as properties: a test class that implements this inherits them. */
public interface CayleyDerivativeContract extends CayleyContract {
    /**
     * {@return the vector–Jacobian product of {@link #cayley}, under test}
     *
     * @param step the c it has
     */
    CayleyDerivativeLaws.Vjp cayleyVjp(CayleyStep step);

    /**
     * {@return the Jacobian–vector product of {@link #cayley}, under test}
     *
     * @param step the c it has
     */
    CayleyDerivativeLaws.Jvp cayleyJvp(CayleyStep step);

    /**
     * Derivatives are slopes, in F64 whatever the contract's type is.
     *
     * @param step c
     * @param n order
     * @param norm 2-norm of A
     * @param seed any number
     */
    @Property(tries = 30)
    default void cayleyDerivativesAreSlopes(
            @ForAll CayleyStep step,
            @ForAll @IntRange(min = 1, max = 20) int n,
            @ForAll @DoubleRange(max = 4) double norm,
            @ForAll long seed) {
        SkewMatrix a = Generators.skew(DType.F64, n, norm, seed);
        SkewMatrix direction = Generators.skew(DType.F64, n, 1, seed + 1);
        Dense cotangent = Generators.gaussian(n, n, seed + 2);
        String name = "the Cayley transform";
        CayleyDerivativeLaws.jvp(name, cayley(step), cayleyJvp(step), a, direction)
                .orThrow();
        CayleyDerivativeLaws.vjp(name, cayley(step), cayleyVjp(step), a, direction, cotangent)
                .orThrow();
    }
}
