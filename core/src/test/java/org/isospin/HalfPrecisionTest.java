package org.isospin;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class HalfPrecisionTest {
    @Test
    void everyBf16ValueSurvivesARoundTrip() {
        for (int bits = Short.MIN_VALUE; bits <= Short.MAX_VALUE; bits++) {
            float value = HalfPrecision.bf16ToFloat((short) bits);
            if (Float.isNaN(value)) {
                assertThat(HalfPrecision.bf16ToFloat(HalfPrecision.floatToBf16(value)))
                        .isNaN();
            } else {
                assertThat(HalfPrecision.floatToBf16(value)).isEqualTo((short) bits);
                assertThat(HalfPrecision.doubleToBf16(value)).isEqualTo((short) bits);
            }
        }
    }

    @Test
    void halfwayCasesRoundToEven() {
        // 1 + 2⁻⁸ lies between 1 (even) and 1 + 2⁻⁷ (odd); 1 + 3·2⁻⁸ between 1 + 2⁻⁷ (odd) and 1 + 2⁻⁶ (even).
        assertThat(HalfPrecision.floatToBf16(1 + 0x1p-8f)).isEqualTo((short) 0x3F80);
        assertThat(HalfPrecision.floatToBf16(1 + 0x3p-8f)).isEqualTo((short) 0x3F82);
        assertThat(HalfPrecision.floatToBf16(Math.nextUp(1 + 0x1p-8f))).isEqualTo((short) 0x3F81);
        assertThat(HalfPrecision.floatToBf16(Float.MAX_VALUE)).isEqualTo((short) 0x7F80);
        assertThat(HalfPrecision.floatToBf16(-0.0f)).isEqualTo((short) 0x8000);
    }

    @Test
    void aDoubleJustAboveAHalfwayCaseIsNotRoundedTwice() {
        // 1 + 2⁻⁸ + 2⁻⁴⁰ rounds to 1 + 2⁻⁸ in F32, and from there to even, 1: one rounding gives 1 + 2⁻⁷.
        assertThat(HalfPrecision.doubleToBf16(1 + 0x1p-8 + 0x1p-40)).isEqualTo((short) 0x3F81);
        assertThat(HalfPrecision.doubleToBf16(1 + 0x1p-8 - 0x1p-40)).isEqualTo((short) 0x3F80);
        assertThat(HalfPrecision.doubleToBf16(-(1 + 0x1p-8 + 0x1p-40))).isEqualTo((short) 0xBF81);
        // The same for binary16, whose half spacing at 1 is 2⁻¹¹.
        assertThat(HalfPrecision.doubleToF16(1 + 0x1p-11 + 0x1p-40)).isEqualTo((short) 0x3C01);
        assertThat(HalfPrecision.doubleToF16(1 + 0x1p-11)).isEqualTo((short) 0x3C00);
    }

    @Test
    void theEndsOfTheRange() {
        assertThat(HalfPrecision.doubleToBf16(1e300)).isEqualTo((short) 0x7F80);
        assertThat(HalfPrecision.doubleToBf16(Double.NEGATIVE_INFINITY)).isEqualTo((short) 0xFF80);
        assertThat(HalfPrecision.doubleToBf16(1e-300)).isEqualTo((short) 0);
        assertThat(HalfPrecision.doubleToBf16(-1e-300)).isEqualTo((short) 0x8000);
        assertThat(HalfPrecision.doubleToF16(65520)).isEqualTo((short) 0x7C00);
        assertThat(HalfPrecision.bf16ToFloat(HalfPrecision.doubleToBf16(Double.NaN)))
                .isNaN();
    }
}
