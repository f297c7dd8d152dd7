package org.isospin.simd;

import jdk.incubator.vector.DoubleVector;
import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorShuffle;
import jdk.incubator.vector.VectorSpecies;

/**
 * Transposition of blocks small enough for the first cache: in registers, a square of 256-bit vectors at a time, where vectors
 * are that wide; else, and at the edges, four runs at a time.
 *
 * <p>A square of 2ⁿ vectors takes n rounds. Round k exchanges, between every two vectors that are 2ᵏ apart, the parts of 2ᵏ lanes
 * that lie beside the diagonal: each is moved across and blended in.
 */
final class Transposition {
    private static final VectorSpecies<Float> FLOATS = FloatVector.SPECIES_256;
    private static final VectorSpecies<Double> DOUBLES = DoubleVector.SPECIES_256;
    private static final boolean IS_WIDE = FloatVector.SPECIES_PREFERRED.vectorBitSize() >= FLOATS.vectorBitSize();

    private static final VectorMask<Float> FLOAT_MASK_1 = mask(FLOATS, 1);
    private static final VectorShuffle<Float> FLOAT_UP_1 = VectorShuffle.fromOp(FLOATS, lane -> lane & ~1);
    private static final VectorShuffle<Float> FLOAT_DOWN_1 = VectorShuffle.fromOp(FLOATS, lane -> lane | 1);
    private static final VectorMask<Float> FLOAT_MASK_2 = mask(FLOATS, 2);
    private static final VectorShuffle<Float> FLOAT_UP_2 = VectorShuffle.fromOp(FLOATS, lane -> lane & ~2);
    private static final VectorShuffle<Float> FLOAT_DOWN_2 = VectorShuffle.fromOp(FLOATS, lane -> lane | 2);
    private static final VectorMask<Float> FLOAT_MASK_4 = mask(FLOATS, 4);
    private static final VectorShuffle<Float> FLOAT_UP_4 = VectorShuffle.fromOp(FLOATS, lane -> lane & ~4);
    private static final VectorShuffle<Float> FLOAT_DOWN_4 = VectorShuffle.fromOp(FLOATS, lane -> lane | 4);
    private static final VectorMask<Double> DOUBLE_MASK_1 = mask(DOUBLES, 1);
    private static final VectorShuffle<Double> DOUBLE_UP_1 = VectorShuffle.fromOp(DOUBLES, lane -> lane & ~1);
    private static final VectorShuffle<Double> DOUBLE_DOWN_1 = VectorShuffle.fromOp(DOUBLES, lane -> lane | 1);
    private static final VectorMask<Double> DOUBLE_MASK_2 = mask(DOUBLES, 2);
    private static final VectorShuffle<Double> DOUBLE_UP_2 = VectorShuffle.fromOp(DOUBLES, lane -> lane & ~2);
    private static final VectorShuffle<Double> DOUBLE_DOWN_2 = VectorShuffle.fromOp(DOUBLES, lane -> lane | 2);

    private Transposition() {}

    /** {@return the lanes that have a bit set in their number} */
    private static <E> VectorMask<E> mask(VectorSpecies<E> species, int bit) {
        boolean[] lanes = new boolean[species.length()];
        for (int i = 0; i < lanes.length; i++) {
            lanes[i] = (i & bit) != 0;
        }
        return VectorMask.fromValues(species, lanes);
    }

    /** target(p, r) ← source(r, p): runs of a length, any number of them. */
    static void transpose(int runs, int length, float[] source, int from, int stride, float[] target, int to, int ld) {
        int squares = 0;
        if (IS_WIDE) {
            squares = squares(runs, length, 8, source.length - from, stride);
            for (int r = 0; r < squares; r += 8) {
                for (int p = 0; p < length; p += 8) {
                    square(length - p, source, from + r * stride + p, stride, target, to + p * ld + r, ld);
                }
            }
        }
        rest(squares, runs, length, source, from, stride, target, to, ld);
    }

    private static void rest(
            int first, int runs, int length, float[] source, int from, int stride, float[] target, int to, int ld) {
        int r = first;
        for (; r + 4 <= runs; r += 4) {
            int a = from + r * stride;
            int b = a + stride;
            int c = b + stride;
            int d = c + stride;
            for (int p = 0; p < length; p++) {
                int at = to + p * ld + r;
                target[at] = source[a + p];
                target[at + 1] = source[b + p];
                target[at + 2] = source[c + p];
                target[at + 3] = source[d + p];
            }
        }
        for (; r < runs; r++) {
            for (int p = 0; p < length; p++) {
                target[to + p * ld + r] = source[from + r * stride + p];
            }
        }
    }

    /** Stores at most as many rows as there are; what is loaded beyond a run's end is not. */
    private static void square(int rows, float[] source, int from, int stride, float[] target, int to, int ld) {
        FloatVector r0 = FloatVector.fromArray(FLOATS, source, from);
        FloatVector r1 = FloatVector.fromArray(FLOATS, source, from + stride);
        FloatVector r2 = FloatVector.fromArray(FLOATS, source, from + 2 * stride);
        FloatVector r3 = FloatVector.fromArray(FLOATS, source, from + 3 * stride);
        FloatVector r4 = FloatVector.fromArray(FLOATS, source, from + 4 * stride);
        FloatVector r5 = FloatVector.fromArray(FLOATS, source, from + 5 * stride);
        FloatVector r6 = FloatVector.fromArray(FLOATS, source, from + 6 * stride);
        FloatVector r7 = FloatVector.fromArray(FLOATS, source, from + 7 * stride);
        FloatVector a0 = r0.blend(r1.rearrange(FLOAT_UP_1), FLOAT_MASK_1);
        FloatVector a1 = r0.rearrange(FLOAT_DOWN_1).blend(r1, FLOAT_MASK_1);
        FloatVector a2 = r2.blend(r3.rearrange(FLOAT_UP_1), FLOAT_MASK_1);
        FloatVector a3 = r2.rearrange(FLOAT_DOWN_1).blend(r3, FLOAT_MASK_1);
        FloatVector a4 = r4.blend(r5.rearrange(FLOAT_UP_1), FLOAT_MASK_1);
        FloatVector a5 = r4.rearrange(FLOAT_DOWN_1).blend(r5, FLOAT_MASK_1);
        FloatVector a6 = r6.blend(r7.rearrange(FLOAT_UP_1), FLOAT_MASK_1);
        FloatVector a7 = r6.rearrange(FLOAT_DOWN_1).blend(r7, FLOAT_MASK_1);
        FloatVector b0 = a0.blend(a2.rearrange(FLOAT_UP_2), FLOAT_MASK_2);
        FloatVector b2 = a0.rearrange(FLOAT_DOWN_2).blend(a2, FLOAT_MASK_2);
        FloatVector b1 = a1.blend(a3.rearrange(FLOAT_UP_2), FLOAT_MASK_2);
        FloatVector b3 = a1.rearrange(FLOAT_DOWN_2).blend(a3, FLOAT_MASK_2);
        FloatVector b4 = a4.blend(a6.rearrange(FLOAT_UP_2), FLOAT_MASK_2);
        FloatVector b6 = a4.rearrange(FLOAT_DOWN_2).blend(a6, FLOAT_MASK_2);
        FloatVector b5 = a5.blend(a7.rearrange(FLOAT_UP_2), FLOAT_MASK_2);
        FloatVector b7 = a5.rearrange(FLOAT_DOWN_2).blend(a7, FLOAT_MASK_2);
        FloatVector c0 = b0.blend(b4.rearrange(FLOAT_UP_4), FLOAT_MASK_4);
        FloatVector c4 = b0.rearrange(FLOAT_DOWN_4).blend(b4, FLOAT_MASK_4);
        FloatVector c1 = b1.blend(b5.rearrange(FLOAT_UP_4), FLOAT_MASK_4);
        FloatVector c5 = b1.rearrange(FLOAT_DOWN_4).blend(b5, FLOAT_MASK_4);
        FloatVector c2 = b2.blend(b6.rearrange(FLOAT_UP_4), FLOAT_MASK_4);
        FloatVector c6 = b2.rearrange(FLOAT_DOWN_4).blend(b6, FLOAT_MASK_4);
        FloatVector c3 = b3.blend(b7.rearrange(FLOAT_UP_4), FLOAT_MASK_4);
        FloatVector c7 = b3.rearrange(FLOAT_DOWN_4).blend(b7, FLOAT_MASK_4);
        c0.intoArray(target, to);
        if (rows > 1) {
            c1.intoArray(target, to + ld);
        }
        if (rows > 2) {
            c2.intoArray(target, to + 2 * ld);
        }
        if (rows > 3) {
            c3.intoArray(target, to + 3 * ld);
        }
        if (rows > 4) {
            c4.intoArray(target, to + 4 * ld);
        }
        if (rows > 5) {
            c5.intoArray(target, to + 5 * ld);
        }
        if (rows > 6) {
            c6.intoArray(target, to + 6 * ld);
        }
        if (rows > 7) {
            c7.intoArray(target, to + 7 * ld);
        }
    }

    /** target(p, r) ← source(r, p): runs of a length, any number of them. */
    static void transpose(
            int runs, int length, double[] source, int from, int stride, double[] target, int to, int ld) {
        int squares = 0;
        if (IS_WIDE) {
            squares = squares(runs, length, 4, source.length - from, stride);
            for (int r = 0; r < squares; r += 4) {
                for (int p = 0; p < length; p += 4) {
                    square(length - p, source, from + r * stride + p, stride, target, to + p * ld + r, ld);
                }
            }
        }
        rest(squares, runs, length, source, from, stride, target, to, ld);
    }

    private static void rest(
            int first, int runs, int length, double[] source, int from, int stride, double[] target, int to, int ld) {
        int r = first;
        for (; r + 4 <= runs; r += 4) {
            int a = from + r * stride;
            int b = a + stride;
            int c = b + stride;
            int d = c + stride;
            for (int p = 0; p < length; p++) {
                int at = to + p * ld + r;
                target[at] = source[a + p];
                target[at + 1] = source[b + p];
                target[at + 2] = source[c + p];
                target[at + 3] = source[d + p];
            }
        }
        for (; r < runs; r++) {
            for (int p = 0; p < length; p++) {
                target[to + p * ld + r] = source[from + r * stride + p];
            }
        }
    }

    /** Stores at most as many rows as there are; what is loaded beyond a run's end is not. */
    private static void square(int rows, double[] source, int from, int stride, double[] target, int to, int ld) {
        DoubleVector r0 = DoubleVector.fromArray(DOUBLES, source, from);
        DoubleVector r1 = DoubleVector.fromArray(DOUBLES, source, from + stride);
        DoubleVector r2 = DoubleVector.fromArray(DOUBLES, source, from + 2 * stride);
        DoubleVector r3 = DoubleVector.fromArray(DOUBLES, source, from + 3 * stride);
        DoubleVector a0 = r0.blend(r1.rearrange(DOUBLE_UP_1), DOUBLE_MASK_1);
        DoubleVector a1 = r0.rearrange(DOUBLE_DOWN_1).blend(r1, DOUBLE_MASK_1);
        DoubleVector a2 = r2.blend(r3.rearrange(DOUBLE_UP_1), DOUBLE_MASK_1);
        DoubleVector a3 = r2.rearrange(DOUBLE_DOWN_1).blend(r3, DOUBLE_MASK_1);
        DoubleVector b0 = a0.blend(a2.rearrange(DOUBLE_UP_2), DOUBLE_MASK_2);
        DoubleVector b2 = a0.rearrange(DOUBLE_DOWN_2).blend(a2, DOUBLE_MASK_2);
        DoubleVector b1 = a1.blend(a3.rearrange(DOUBLE_UP_2), DOUBLE_MASK_2);
        DoubleVector b3 = a1.rearrange(DOUBLE_DOWN_2).blend(a3, DOUBLE_MASK_2);
        b0.intoArray(target, to);
        if (rows > 1) {
            b1.intoArray(target, to + ld);
        }
        if (rows > 2) {
            b2.intoArray(target, to + 2 * ld);
        }
        if (rows > 3) {
            b3.intoArray(target, to + 3 * ld);
        }
    }

    /**
     * {@return how many runs can be done by squares: whole ones, and none that would be loaded from beyond the array}
     *
     * @param available elements of the array from the first run's beginning
     */
    private static int squares(int runs, int length, int side, int available, int stride) {
        int padded = (length + side - 1) / side * side;
        int whole = runs / side * side;
        if (whole > 0 && (whole - 1L) * stride + padded > available) {
            whole -= side;
        }
        return whole > 0 && (whole - 1L) * stride + padded <= available ? whole : 0;
    }
}
