package org.isospin.bench.problem;

import java.lang.foreign.Arena;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.isospin.DType;
import org.isospin.Precision;

/**
 * What distinguishes the problems of one operation.
 *
 * @param n rows and columns of every matrix
 * @param dtype the type of operands and results
 * @param precision how contestants may round factors of products
 * @param seed where random numbers start
 * @param arena owns operands and results: off-heap, on 64-byte boundaries, so that native contestants share them
 */
public record Setting(int n, DType dtype, Precision precision, long seed, Arena arena) {
    /** Of 11 significant bits. */
    private static final double TF32_ROUNDOFF = 0x1p-11;

    /**
     * With factors as they are.
     *
     * @param n rows and columns of every matrix
     * @param dtype the type of operands and results
     * @param seed where random numbers start
     * @param arena owns operands and results
     */
    public Setting(int n, DType dtype, long seed, Arena arena) {
        this(n, dtype, Precision.STANDARD, seed, arena);
    }

    /** {@return the unit roundoff of what is computed in: that of factors, where they are rounded to less} */
    double unitRoundoff() {
        boolean isRounded = dtype == DType.F32 && (precision == Precision.TF32 || precision == Precision.BF16);
        if (!isRounded) {
            return dtype.computeType().unitRoundoff();
        }
        return precision == Precision.TF32 ? TF32_ROUNDOFF : DType.BF16.unitRoundoff();
    }

    /** {@return random numbers that depend on seed and order, not on the type: every type rounds the same operands} */
    RandomGenerator random() {
        return new SplittableRandom(31 * seed + n);
    }
}
