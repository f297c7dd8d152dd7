package org.isospin.checkpoint;

import org.isospin.DType;
import org.jspecify.annotations.Nullable;

/**
 * The type of a tensor's elements in a safetensors file: every type of the format, version 0.8.
 *
 * <p>The constants are in the order in which the reference implementation ranks them, by ascending alignment; writers put
 * the highest first.
 */
public enum TensorType {
    /** A byte, 0 or 1. */
    BOOL(8),
    /** Microscaling 4-bit float (OCP MX). */
    F4(4),
    /** Microscaling 6-bit float with 2 exponent bits (OCP MX). */
    F6_E2M3(6),
    /** Microscaling 6-bit float with 3 exponent bits (OCP MX). */
    F6_E3M2(6),
    /** Unsigned 8-bit integer. */
    U8(8),
    /** Signed 8-bit integer. */
    I8(8),
    /** 8-bit float with 5 exponent bits. */
    F8_E5M2(8),
    /** 8-bit float with 4 exponent bits. */
    F8_E4M3(8),
    /** 8-bit power of two (OCP MX scales). */
    F8_E8M0(8),
    /** 8-bit float with 4 exponent bits, finite, without negative zero. */
    F8_E4M3FNUZ(8),
    /** 8-bit float with 5 exponent bits, finite, without negative zero. */
    F8_E5M2FNUZ(8),
    /** Signed 16-bit integer. */
    I16(16),
    /** Unsigned 16-bit integer. */
    U16(16),
    /** IEEE 754 binary16. */
    F16(16, DType.F16),
    /** bfloat16. */
    BF16(16, DType.BF16),
    /** Signed 32-bit integer. */
    I32(32),
    /** Unsigned 32-bit integer. */
    U32(32),
    /** IEEE 754 binary32. */
    F32(32, DType.F32),
    /** Complex number of two binary32. */
    C64(64),
    /** IEEE 754 binary64. */
    F64(64, DType.F64),
    /** Signed 64-bit integer. */
    I64(64),
    /** Unsigned 64-bit integer. */
    U64(64);

    private final int bits;
    private final @Nullable DType dtype;

    TensorType(int bits) {
        this(bits, null);
    }

    TensorType(int bits, @Nullable DType dtype) {
        this.bits = bits;
        this.dtype = dtype;
    }

    /** {@return the bits of one element; elements of less than 8 bits are packed} */
    public int bits() {
        return bits;
    }

    /** {@return the matrix element type with the same bits, or null if no matrix can hold this type} */
    public @Nullable DType dtypeOrNull() {
        return dtype;
    }

    /**
     * {@return the type with the same bits as a matrix element type}
     *
     * @param dtype the matrix element type
     */
    public static TensorType of(DType dtype) {
        return switch (dtype) {
            case F32 -> F32;
            case F64 -> F64;
            case BF16 -> BF16;
            case F16 -> F16;
        };
    }

    /** {@return the type of a name in a header, or null} */
    static @Nullable TensorType named(String name) {
        for (TensorType type : values()) {
            if (type.name().equals(name)) {
                return type;
            }
        }
        return null;
    }

    /**
     * {@return the bytes of a tensor, or −1 if elements or bits exceed 2⁶³ − 1 or do not fill whole bytes}
     *
     * @param shape sizes, none negative
     */
    long byteSize(long[] shape) {
        long size = 1;
        for (long extent : shape) {
            if (Math.multiplyHigh(size, extent) != 0 || size * extent < 0) {
                return -1;
            }
            size *= extent;
        }
        if (Math.multiplyHigh(size, bits) != 0 || size * bits < 0 || size * bits % Byte.SIZE != 0) {
            return -1;
        }
        return size * bits / Byte.SIZE;
    }
}
