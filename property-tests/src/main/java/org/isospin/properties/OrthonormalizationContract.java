package org.isospin.properties;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.isospin.DType;
import org.isospin.polar.Orthonormalization.Method;

/** The {@link OrthonormalizationLaws} as properties: a test class that implements this inherits them. */
public interface OrthonormalizationContract {
    /**
     * {@return the implementation under test}
     *
     * @param method one that finds the Q of A = Q·R
     */
    MatrixMap orthonormalize(Method method);

    /** {@return the type to test it in} */
    DType dtype();

    /**
     * Q is orthogonal and QᵀA triangular, powers of two change nothing, and wide matrices are transposed tall ones.
     *
     * @param rows rows of A
     * @param columns columns of A
     * @param digits log₁₀ κ
     * @param seed any number
     */
    @Property(tries = 40)
    default void orthonormalFactorsAreThoseOfATriangle(
            @ForAll @IntRange(min = 1, max = 40) int rows,
            @ForAll @IntRange(min = 1, max = 40) int columns,
            @ForAll @DoubleRange(max = 3) double digits,
            @ForAll long seed) {
        Dense a = Dense.of(Generators.conditioned(rows, columns, Math.pow(10, digits), seed)
                .to(dtype()));
        for (Method method : new Method[] {Method.HOUSEHOLDER, Method.CHOLESKY_QR2, Method.GRAM_SCHMIDT}) {
            MatrixMap map = orthonormalize(method);
            OrthonormalizationLaws.orthogonality(map, dtype(), a).orThrow();
            OrthonormalizationLaws.triangle(map, dtype(), a).orThrow();
            OrthonormalizationLaws.scaling(map, dtype(), a).orThrow();
            OrthonormalizationLaws.transposition(map, dtype(), a).orThrow();
        }
    }
}
