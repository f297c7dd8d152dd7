package org.isospin.properties;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.DoubleRange;
import net.jqwik.api.constraints.IntRange;
import org.isospin.DType;

/** The {@link DecompositionLaws} as properties: a test class that implements this inherits them. */
public interface DecompositionContract {
    /** {@return the implementation of products under test} */
    DecompositionLaws.ProductMap multiply();

    /** {@return the implementation of QR decompositions under test} */
    DecompositionLaws.QrMap qr();

    /** {@return the implementation of singular value decompositions under test} */
    DecompositionLaws.SvdMap svd();

    /** {@return the implementation of inverses under test} */
    MatrixMap inverse();

    /** {@return the type to test them in} */
    DType dtype();

    /**
     * Every element of a product is within the rounding of its sum.
     *
     * @param rows m
     * @param inner k
     * @param columns n
     * @param seed any number
     */
    @Property(tries = 40)
    default void productsAreRoundedSums(
            @ForAll @IntRange(max = 40) int rows,
            @ForAll @IntRange(max = 80) int inner,
            @ForAll @IntRange(max = 40) int columns,
            @ForAll long seed) {
        DecompositionLaws.product(multiply(), dtype(), rows, inner, columns, seed)
                .orThrow();
    }

    /**
     * QR decompositions multiply back, with Q orthogonal and R a triangle.
     *
     * @param extra rows of A beyond its columns
     * @param columns columns of A
     * @param digits log₁₀ κ
     * @param seed any number
     */
    @Property(tries = 40)
    default void qrDecomposes(
            @ForAll @IntRange(max = 20) int extra,
            @ForAll @IntRange(max = 40) int columns,
            @ForAll @DoubleRange(max = 8) double digits,
            @ForAll long seed) {
        Dense a = Generators.conditioned(columns + extra, columns, Math.pow(10, digits), seed);
        DecompositionLaws.qr(qr(), dtype(), a).forEach(LawResult::orThrow);
    }

    /**
     * Singular value decompositions multiply back, with U and V orthogonal.
     *
     * @param rows rows of A
     * @param columns columns of A
     * @param digits log₁₀ κ
     * @param seed any number
     */
    @Property(tries = 40)
    default void svdDecomposes(
            @ForAll @IntRange(max = 40) int rows,
            @ForAll @IntRange(max = 40) int columns,
            @ForAll @DoubleRange(max = 8) double digits,
            @ForAll long seed) {
        Dense a = Generators.conditioned(rows, columns, Math.pow(10, digits), seed);
        DecompositionLaws.svd(svd(), dtype(), a).forEach(LawResult::orThrow);
    }

    /**
     * A·A⁻¹ = I.
     *
     * @param n order of A
     * @param digits log₁₀ κ
     * @param seed any number
     */
    @Property(tries = 40)
    default void inversesInvert(
            @ForAll @IntRange(max = 40) int n, @ForAll @DoubleRange(max = 3) double digits, @ForAll long seed) {
        DecompositionLaws.inverse(inverse(), dtype(), n, Math.pow(10, digits), seed)
                .orThrow();
    }
}
