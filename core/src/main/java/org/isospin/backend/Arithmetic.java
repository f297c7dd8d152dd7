package org.isospin.backend;

import org.isospin.DType;
import org.isospin.Precision;

/** What a matrix product multiplies and sums in; operands are widened to it exactly, the result is rounded once. */
public enum Arithmetic {
    /** Binary32 FMA; operands F32, BF16 or F16. */
    F32(DType.F32),
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
     * {@return the arithmetic for operands of a type}
     *
     * @param dtype the operands' type
     * @param precision how F32 products are summed
     */
    public static Arithmetic of(DType dtype, Precision precision) {
        if (dtype == DType.F64) {
            return F64;
        }
        return precision == Precision.F64_SUMS ? F32_ACCUMULATE_F64 : F32;
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
