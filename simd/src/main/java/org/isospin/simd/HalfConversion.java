package org.isospin.simd;

import jdk.incubator.vector.FloatVector;
import jdk.incubator.vector.IntVector;
import jdk.incubator.vector.ShortVector;
import jdk.incubator.vector.VectorMask;
import jdk.incubator.vector.VectorOperators;
import jdk.incubator.vector.VectorShape;
import jdk.incubator.vector.VectorSpecies;
import org.isospin.HalfPrecision;

/**
 * Conversions between arrays of 16-bit elements, F32 and F64: the bits of {@link HalfPrecision} for bfloat16, of
 * {@link Float#float16ToFloat} and {@link Float#floatToFloat16} for binary16, NaN kept, every rounding to nearest, ties
 * to even.
 *
 * <p>Elements are converted one by one, so the width of vectors changes no bit. Loops between arrays of different types
 * without arithmetic on bits are vectorised by the compiler; only bfloat16 needs the Vector API.
 */
final class HalfConversion {
    private static final VectorSpecies<Float> FLOATS = VectorWidth.FLOATS;
    private static final VectorSpecies<Integer> INTS = FLOATS.vectorShape().withLanes(int.class);
    private static final VectorSpecies<Short> SHORTS =
            VectorShape.forBitSize(FLOATS.vectorBitSize() / 2).withLanes(short.class);
    private static final int LANES = FLOATS.length();

    /** The bits of infinity; those of |NaN| are larger. */
    private static final int INFINITY = 0x7F800000;

    private HalfConversion() {}

    /** out ← bfloat16 elements, exactly. */
    static void bf16ToFloat(int n, short[] in, int from, float[] out, int to) {
        int bound = FLOATS.loopBound(n);
        for (int i = 0; i < bound; i += LANES) {
            IntVector bits = (IntVector)
                    ShortVector.fromArray(SHORTS, in, from + i).convertShape(VectorOperators.ZERO_EXTEND_S2I, INTS, 0);
            bits.lanewise(VectorOperators.LSHL, 16).reinterpretAsFloats().intoArray(out, to + i);
        }
        for (int i = bound; i < n; i++) {
            out[to + i] = HalfPrecision.bf16ToFloat(in[from + i]);
        }
    }

    /** out ← floats rounded to bfloat16; a NaN becomes quiet and keeps its sign and upper payload. */
    static void floatToBf16(int n, float[] in, int from, short[] out, int to) {
        int bound = FLOATS.loopBound(n);
        for (int i = 0; i < bound; i += LANES) {
            IntVector bits = FloatVector.fromArray(FLOATS, in, from + i).reinterpretAsInts();
            IntVector upper = bits.lanewise(VectorOperators.LSHR, 16);
            IntVector rounded = bits.add(0x7FFF).add(upper.and(1)).lanewise(VectorOperators.LSHR, 16);
            VectorMask<Integer> isNaN = bits.and(Integer.MAX_VALUE).compare(VectorOperators.GT, INFINITY);
            ShortVector halves =
                    (ShortVector) rounded.blend(upper.or(0x0040), isNaN).convertShape(VectorOperators.I2S, SHORTS, 0);
            halves.intoArray(out, to + i);
        }
        for (int i = bound; i < n; i++) {
            out[to + i] = HalfPrecision.floatToBf16(in[from + i]);
        }
    }

    /** out ← binary16 elements, exactly. */
    static void f16ToFloat(int n, short[] in, int from, float[] out, int to) {
        for (int i = 0; i < n; i++) {
            out[to + i] = Float.float16ToFloat(in[from + i]);
        }
    }

    /** out ← floats rounded to binary16. */
    static void floatToF16(int n, float[] in, int from, short[] out, int to) {
        for (int i = 0; i < n; i++) {
            out[to + i] = Float.floatToFloat16(in[from + i]);
        }
    }

    /** out ← doubles rounded once to bfloat16. */
    static void doubleToBf16(int n, double[] in, int from, short[] out, int to) {
        for (int i = 0; i < n; i++) {
            out[to + i] = HalfPrecision.doubleToBf16(in[from + i]);
        }
    }

    /** out ← doubles rounded once to binary16. */
    static void doubleToF16(int n, double[] in, int from, short[] out, int to) {
        for (int i = 0; i < n; i++) {
            out[to + i] = HalfPrecision.doubleToF16(in[from + i]);
        }
    }

    /** out ← floats, exactly. */
    static void floatToDouble(int n, float[] in, int from, double[] out, int to) {
        for (int i = 0; i < n; i++) {
            out[to + i] = in[from + i];
        }
    }

    /** out ← doubles rounded to F32. */
    static void doubleToFloat(int n, double[] in, int from, float[] out, int to) {
        for (int i = 0; i < n; i++) {
            out[to + i] = (float) in[from + i];
        }
    }
}
