package org.isospin.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.isospin.HalfPrecision;
import org.junit.jupiter.api.Test;

class HalfConversionTest {
    private static final int ALL = 1 << 16;

    private static short[] everyPattern(int pad) {
        short[] halves = new short[ALL + pad];
        for (int i = 0; i < ALL; i++) {
            halves[pad + i] = (short) i;
        }
        return halves;
    }

    /** Signals may become quiet on the way through a register; nothing else may change. */
    private static int canonical(float value) {
        int bits = Float.floatToRawIntBits(value);
        return Float.isNaN(value) ? bits | 0x0040_0000 : bits;
    }

    @Test
    void widensAndNarrowsEveryBfloat16() {
        float[] floats = new float[ALL + 3];
        HalfConversion.bf16ToFloat(ALL, everyPattern(1), 1, floats, 3);
        short[] back = new short[ALL + 5];
        HalfConversion.floatToBf16(ALL, floats, 3, back, 5);
        for (int i = 0; i < ALL; i++) {
            assertThat(canonical(floats[3 + i])).isEqualTo(canonical(HalfPrecision.bf16ToFloat((short) i)));
            boolean isNaN = Float.isNaN(floats[3 + i]);
            assertThat(back[5 + i]).isEqualTo((short) (isNaN ? i | 0x40 : i));
        }
    }

    @Test
    void widensAndNarrowsEveryBinary16() {
        float[] floats = new float[ALL + 3];
        HalfConversion.f16ToFloat(ALL, everyPattern(1), 1, floats, 3);
        short[] back = new short[ALL + 5];
        HalfConversion.floatToF16(ALL, floats, 3, back, 5);
        for (int i = 0; i < ALL; i++) {
            assertThat(canonical(floats[3 + i])).isEqualTo(canonical(Float.float16ToFloat((short) i)));
            boolean isNaN = Float.isNaN(floats[3 + i]);
            assertThat(back[5 + i]).isEqualTo((short) (isNaN ? i | 0x200 : i));
        }
    }

    @Test
    void roundsFloatsAsTheScalarConversionsDo() {
        // Each half's neighbourhood: the tie above it and one F32 bit to both sides, then random bits.
        float[] floats = new float[4 * ALL + 77];
        Random random = new Random(5);
        for (int i = 0; i < floats.length; i++) {
            int bits = i < ALL ? (i << 16) | 0x8000 : i < 2 * ALL ? (i << 16) | 0x7FFF : (i << 16) | 0x8001;
            int anything = random.nextInt();
            floats[i] = Float.intBitsToFloat(i < 3 * ALL ? bits : anything);
        }
        // Ties of binary16 have 12 zero bits below the 13th.
        for (int i = 3 * ALL; i < floats.length; i += 2) {
            floats[i] = Float.intBitsToFloat((Float.floatToRawIntBits(floats[i]) & ~0x1FFF) | 0x1000);
        }
        short[] bf16 = new short[floats.length];
        short[] f16 = new short[floats.length];
        HalfConversion.floatToBf16(floats.length, floats, 0, bf16, 0);
        HalfConversion.floatToF16(floats.length, floats, 0, f16, 0);
        for (int i = 0; i < floats.length; i++) {
            if (bf16[i] != HalfPrecision.floatToBf16(floats[i]) || f16[i] != Float.floatToFloat16(floats[i])) {
                assertThat(bf16[i]).as("%s", floats[i]).isEqualTo(HalfPrecision.floatToBf16(floats[i]));
                assertThat(f16[i]).as("%s", floats[i]).isEqualTo(Float.floatToFloat16(floats[i]));
            }
        }
    }

    @Test
    void roundsDoublesOnce() {
        double[] doubles = {0x1.0080000001p0, 0x1.007fffffffp0, 0x1.008p0, 0x1.018p0, Double.NaN, 1e300, -1e-300, -0.0};
        short[] out = new short[doubles.length];
        HalfConversion.doubleToBf16(doubles.length, doubles, 0, out, 0);
        for (int i = 0; i < doubles.length; i++) {
            assertThat(out[i]).isEqualTo(HalfPrecision.doubleToBf16(doubles[i]));
        }
        HalfConversion.doubleToF16(doubles.length, doubles, 0, out, 0);
        for (int i = 0; i < doubles.length; i++) {
            assertThat(out[i]).isEqualTo(HalfPrecision.doubleToF16(doubles[i]));
        }
    }
}
