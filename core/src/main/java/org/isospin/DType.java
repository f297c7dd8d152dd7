package org.isospin;

/**
 * The type of a matrix's elements.
 *
 * <p>{@link #BF16} and {@link #F16} are storage types: on the CPU their elements are widened to F32 before any
 * arithmetic and rounded to nearest, ties to even, when they are stored.
 */
public enum DType {
    /** IEEE 754 binary32; unit roundoff 2⁻²⁴. */
    F32(Float.BYTES, 0x1p-24),
    /** IEEE 754 binary64; unit roundoff 2⁻⁵³. */
    F64(Double.BYTES, 0x1p-53),
    /** bfloat16: the upper half of a binary32; unit roundoff 2⁻⁸. */
    BF16(Short.BYTES, 0x1p-8),
    /** IEEE 754 binary16; unit roundoff 2⁻¹¹. */
    F16(Short.BYTES, 0x1p-11);

    private final int bytes;
    private final double unitRoundoff;

    DType(int bytes, double unitRoundoff) {
        this.bytes = bytes;
        this.unitRoundoff = unitRoundoff;
    }

    /** {@return the bytes of one element} */
    public int bytes() {
        return bytes;
    }

    /** {@return u, the largest relative error of rounding a number in the normal range to this type} */
    public double unitRoundoff() {
        return unitRoundoff;
    }

    /** {@return the type that arithmetic on this type is done in: F64 for F64, F32 for all others} */
    public DType computeType() {
        return this == F64 ? F64 : F32;
    }
}
