package org.isospin;

/**
 * How a context multiplies F32, BF16 and F16 elements and sums the products. F64 is always computed in F64, and no precision is
 * ever chosen but by its name.
 *
 * <p>{@link #TF32} and {@link #BF16} let a GPU round the factors of products of two F32 matrices, for its tensor cores, in what
 * promises no more than the error of such a factor: {@link Isospin#multiply}, {@link Isospin#msign}, and what is made of msign's
 * products, the spectral clips and the matrix sign of optimizers. All else is computed as with {@link #STANDARD}: rotations, exact polar factors, decompositions and measures, and
 * the derivatives. Elements that are BF16 or F16 already are multiplied as they are. Processors gain nothing from rounded
 * factors: backends on the host compute as with {@link #STANDARD}, bit for bit.
 */
public enum Precision {
    /** Products are summed in F32, except where an algorithm needs F64 sums for its promised accuracy. */
    STANDARD,
    /** Every matrix product is summed in F64 and rounded once; about half the speed. */
    F64_SUMS,
    /**
     * Factors may be rounded to TF32, 11 significant bits (u = 2⁻¹¹) and the exponents of F32; products are summed in F32. A
     * schedule for the matrix sign needs a safety factor of 1.001 at least.
     */
    TF32,
    /**
     * Factors may be rounded to BF16, 8 significant bits (u = 2⁻⁸); products are summed in F32. A schedule for the matrix sign
     * needs a safety factor of 1.01 at least, as the published one of Polar Express has.
     */
    BF16
}
