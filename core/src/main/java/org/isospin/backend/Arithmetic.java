package org.isospin.backend;

import org.isospin.DType;
import org.isospin.Precision;

/**
 * What a matrix product multiplies and sums in; operands are widened to it exactly but where it says otherwise, the result is
 * rounded once.
 */
public enum Arithmetic {
    /** Binary32 FMA; operands F32, BF16 or F16. */
    F32(DType.F32),
    /**
     * As {@link #F32}, but a device may round F32 operands to TF32's 11 significant bits where both are F32. A host computes
     * what {@link #F32} says.
     */
    TF32(DType.F32),
    /** As {@link #F32}, but a device may round F32 operands to BF16 where both are F32. A host computes what {@link #F32} says. */
    BF16(DType.F32),
    /** F32, BF16 or F16 operands widened to binary64 and summed there; the result is stored as F32 or F64. */
    F32_ACCUMULATE_F64(DType.F64),
    /** Binary64 FMA; operands F64. */
    F64(DType.F64);

    private final DType accumulator;

    Arithmetic(DType accumulator) {
        this.accumulator = accumulator;
    }

    /** {@return the type that products are summed in} */
    public DType accumulator() {
        return accumulator;
    }

    /**
     * {@return the arithmetic for operands of a type, which are not rounded}
     *
     * @param dtype the operands' type
     * @param precision how products are summed
     */
    public static Arithmetic of(DType dtype, Precision precision) {
        if (dtype == DType.F64) {
            return F64;
        }
        return precision == Precision.F64_SUMS ? F32_ACCUMULATE_F64 : F32;
    }

    /**
     * {@return the arithmetic for operands of a type, which may be rounded as the precision allows}
     *
     * @param dtype the operands' type
     * @param precision how operands may be rounded and products are summed
     */
    public static Arithmetic roundingOperands(DType dtype, Precision precision) {
        Arithmetic exact = of(dtype, precision);
        return switch (precision) {
            case STANDARD, F64_SUMS -> exact;
            case TF32 -> exact == F32 ? TF32 : exact;
            case BF16 -> exact == F32 ? BF16 : exact;
        };
    }

    /**
     * {@return the arithmetic that sums products of a type in F64}
     *
     * @param dtype the operands' type
     */
    public static Arithmetic accumulatingF64(DType dtype) {
        return dtype == DType.F64 ? F64 : F32_ACCUMULATE_F64;
    }
}
