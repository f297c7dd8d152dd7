package org.isospin.properties;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.isospin.Matrix;

/**
 * A matrix and the memory that it is a part of.
 *
 * @param memory all of it, full of garbage where no element is
 * @param matrix the matrix
 */
record Placed(MemorySegment memory, Matrix matrix) {
    /** A byte that fills an element of any type with NaN. */
    static final byte GARBAGE = (byte) 0xFF;

    /** Sets the elements. */
    void fill(Dense values) {
        for (int i = 0; i < values.rows(); i++) {
            for (int j = 0; j < values.columns(); j++) {
                matrix.set(i, j, values.get(i, j));
            }
        }
    }

    /** {@return the bytes, elements and garbage} */
    byte[] bytes() {
        return memory.toArray(ValueLayout.JAVA_BYTE);
    }

    /** {@return whether all that is not an element is still garbage} */
    boolean isGarbageIntact() {
        MemorySegment rest = MemorySegment.ofArray(bytes());
        Matrix copy = Matrix.wrap(
                rest,
                matrix.byteOffset(),
                matrix.dtype(),
                matrix.rows(),
                matrix.columns(),
                matrix.stride(),
                matrix.order());
        int width = matrix.dtype().bytes();
        for (int i = 0; i < copy.rows(); i++) {
            for (int j = 0; j < copy.columns(); j++) {
                rest.asSlice(copy.byteOffset() + copy.index(i, j) * width, width)
                        .fill(GARBAGE);
            }
        }
        for (byte b : rest.toArray(ValueLayout.JAVA_BYTE)) {
            if (b != GARBAGE) {
                return false;
            }
        }
        return true;
    }
}
