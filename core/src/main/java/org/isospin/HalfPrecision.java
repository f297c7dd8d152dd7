package org.isospin;

/** Conversions of 16-bit floating-point bits; every rounding is to nearest, ties to even. */
public final class HalfPrecision {
    private HalfPrecision() {}

    /**
     * {@return the value of bfloat16 bits, exactly}
     *
     * @param bits bfloat16 bits
     */
    public static float bf16ToFloat(short bits) {
        return Float.intBitsToFloat(bits << 16);
    }

    /**
     * {@return the bfloat16 bits nearest to a float; NaN stays NaN (quiet, sign and upper payload kept)}
     *
     * @param value any float
     */
    public static short floatToBf16(float value) {
        int bits = Float.floatToRawIntBits(value);
        if (Float.isNaN(value)) {
            return (short) ((bits >>> 16) | 0x0040);
        }
        return (short) ((bits + 0x7FFF + ((bits >>> 16) & 1)) >>> 16);
    }

    /**
     * {@return the bfloat16 bits nearest to a double, rounded once}
     *
     * @param value any double
     */
    public static short doubleToBf16(double value) {
        return floatToBf16(toFloatRoundingToOdd(value));
    }

    /**
     * {@return the binary16 bits nearest to a double, rounded once}
     *
     * @param value any double
     */
    public static short doubleToF16(double value) {
        return Float.floatToFloat16(toFloatRoundingToOdd(value));
    }

    /**
     * Rounds to odd: an inexact result keeps its last bit set, so that a second rounding to a type with at least two
     * bits less cannot round twice (Boldo and Melquiond, "Emulation of FMA and correctly rounded sums", 2008).
     */
    private static float toFloatRoundingToOdd(double value) {
        float nearest = (float) value;
        if (nearest == value || Double.isNaN(value)) {
            return nearest;
        }
        float truncated = nearest;
        if (Math.abs((double) nearest) > Math.abs(value)) {
            truncated = Float.intBitsToFloat(Float.floatToRawIntBits(nearest) - 1);
        }
        return Float.intBitsToFloat(Float.floatToRawIntBits(truncated) | 1);
    }
}
