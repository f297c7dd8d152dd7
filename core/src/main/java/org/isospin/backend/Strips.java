package org.isospin.backend;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.isospin.DType;
import org.isospin.HalfPrecision;
import org.isospin.Matrix;

/**
 * Moves strips of adjacent elements between any host matrix and arrays of F64, widening exactly and rounding once, to
 * nearest, ties to even. Memory may be on or off the heap, read-only (for loads) and of any alignment.
 *
 * <p>A strip is named by its first element's distance from element (0, 0), as {@link Matrix#index} gives it. An object
 * has staging memory of its own and belongs to one thread; no call leaves garbage.
 */
public final class Strips {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;
    private static final int CHUNK = 1024;

    private final float[] floats = new float[CHUNK];
    private final short[] halves = new short[CHUNK];

    /** Makes staging memory. */
    public Strips() {}

    /**
     * Loads a strip.
     *
     * @param m the matrix
     * @param at the first element's distance from element (0, 0)
     * @param length how many elements
     * @param out receives them
     * @param to where in out
     */
    public void load(Matrix m, long at, int length, double[] out, int to) {
        if (m.dtype() == DType.F64) {
            if (m.arrayOrNull() instanceof double[] array) {
                System.arraycopy(array, m.arrayOffset() + (int) at, out, to, length);
            } else {
                MemorySegment.copy(m.segment(), DOUBLE, m.byteOffset() + at * Double.BYTES, out, to, length);
            }
        } else if (m.arrayOrNull() instanceof float[] array) {
            widen(array, m.arrayOffset() + (int) at, length, out, to);
        } else if (m.arrayOrNull() instanceof short[] array) {
            widen(m.dtype(), array, m.arrayOffset() + (int) at, length, out, to);
        } else {
            loadStaged(m, at, length, out, to);
        }
    }

    private void loadStaged(Matrix m, long at, int length, double[] out, int to) {
        MemorySegment segment = m.segment();
        DType dtype = m.dtype();
        for (int done = 0; done < length; done += CHUNK) {
            int n = Math.min(CHUNK, length - done);
            long bytes = m.byteOffset() + (at + done) * dtype.bytes();
            if (dtype == DType.F32) {
                MemorySegment.copy(segment, FLOAT, bytes, floats, 0, n);
                widen(floats, 0, n, out, to + done);
            } else {
                MemorySegment.copy(segment, SHORT, bytes, halves, 0, n);
                widen(dtype, halves, 0, n, out, to + done);
            }
        }
    }

    /**
     * Stores a strip.
     *
     * @param m the matrix, which may be written
     * @param at the first element's distance from element (0, 0)
     * @param length how many elements
     * @param in the elements
     * @param from where in in
     */
    public void store(Matrix m, long at, int length, double[] in, int from) {
        if (m.dtype() == DType.F64) {
            if (m.arrayOrNull() instanceof double[] array) {
                System.arraycopy(in, from, array, m.arrayOffset() + (int) at, length);
            } else {
                MemorySegment.copy(in, from, m.segment(), DOUBLE, m.byteOffset() + at * Double.BYTES, length);
            }
        } else if (m.arrayOrNull() instanceof float[] array) {
            narrow(in, from, length, array, m.arrayOffset() + (int) at);
        } else if (m.arrayOrNull() instanceof short[] array) {
            narrow(in, from, length, m.dtype(), array, m.arrayOffset() + (int) at);
        } else {
            storeStaged(m, at, length, in, from);
        }
    }

    private void storeStaged(Matrix m, long at, int length, double[] in, int from) {
        MemorySegment segment = m.segment();
        DType dtype = m.dtype();
        for (int done = 0; done < length; done += CHUNK) {
            int n = Math.min(CHUNK, length - done);
            long bytes = m.byteOffset() + (at + done) * dtype.bytes();
            if (dtype == DType.F32) {
                narrow(in, from + done, n, floats, 0);
                MemorySegment.copy(floats, 0, segment, FLOAT, bytes, n);
            } else {
                narrow(in, from + done, n, dtype, halves, 0);
                MemorySegment.copy(halves, 0, segment, SHORT, bytes, n);
            }
        }
    }

    private static void widen(float[] in, int from, int length, double[] out, int to) {
        for (int i = 0; i < length; i++) {
            out[to + i] = in[from + i];
        }
    }

    private static void widen(DType dtype, short[] in, int from, int length, double[] out, int to) {
        if (dtype == DType.BF16) {
            for (int i = 0; i < length; i++) {
                out[to + i] = HalfPrecision.bf16ToFloat(in[from + i]);
            }
        } else {
            for (int i = 0; i < length; i++) {
                out[to + i] = Float.float16ToFloat(in[from + i]);
            }
        }
    }

    private static void narrow(double[] in, int from, int length, float[] out, int to) {
        for (int i = 0; i < length; i++) {
            out[to + i] = (float) in[from + i];
        }
    }

    private static void narrow(double[] in, int from, int length, DType dtype, short[] out, int to) {
        if (dtype == DType.BF16) {
            for (int i = 0; i < length; i++) {
                out[to + i] = HalfPrecision.doubleToBf16(in[from + i]);
            }
        } else {
            for (int i = 0; i < length; i++) {
                out[to + i] = HalfPrecision.doubleToF16(in[from + i]);
            }
        }
    }
}
