package org.isospin.simd;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.isospin.DType;
import org.isospin.Matrix;

/**
 * Moves adjacent elements between any host matrix and arrays of F32 or F64, rounding once, to nearest, ties to even. Heap
 * arrays are read and written in place, other memory (off the heap, mapped, misaligned, bytes) through a strip that one bulk
 * copy fills.
 *
 * <p>A run is named by the distance of its first element from element (0, 0). An object has staging memory of its own and
 * belongs to one thread; no call leaves garbage.
 */
final class Runs {
    private static final ValueLayout.OfShort SHORT = ValueLayout.JAVA_SHORT_UNALIGNED;
    private static final ValueLayout.OfFloat FLOAT = ValueLayout.JAVA_FLOAT_UNALIGNED;
    private static final ValueLayout.OfDouble DOUBLE = ValueLayout.JAVA_DOUBLE_UNALIGNED;
    private static final int STRIP = 1024;

    private final float[] floats = new float[STRIP];
    private final double[] doubles = new double[STRIP];
    private final short[] halves = new short[STRIP];

    /** out ← elements, rounded to F32. */
    void load(Matrix m, long at, int n, float[] out, int to) {
        if (m.dtype() == DType.F32) {
            if (m.arrayOrNull() instanceof float[] array) {
                System.arraycopy(array, m.arrayOffset() + (int) at, out, to, n);
            } else {
                MemorySegment.copy(m.segment(), FLOAT, m.byteOffset() + at * Float.BYTES, out, to, n);
            }
            return;
        }
        for (int done = 0; done < n; done += STRIP) {
            int count = Math.min(STRIP, n - done);
            if (m.dtype() == DType.F64) {
                double[] array = doubles(m, at + done, count);
                HalfConversion.doubleToFloat(count, array, start(m, array, at + done), out, to + done);
            } else {
                short[] array = halves(m, at + done, count);
                widen(m.dtype(), count, array, start(m, array, at + done), out, to + done);
            }
        }
    }

    /** out ← elements, widened exactly. */
    void load(Matrix m, long at, int n, double[] out, int to) {
        if (m.dtype() == DType.F64) {
            if (m.arrayOrNull() instanceof double[] array) {
                System.arraycopy(array, m.arrayOffset() + (int) at, out, to, n);
            } else {
                MemorySegment.copy(m.segment(), DOUBLE, m.byteOffset() + at * Double.BYTES, out, to, n);
            }
            return;
        }
        for (int done = 0; done < n; done += STRIP) {
            int count = Math.min(STRIP, n - done);
            if (m.arrayOrNull() instanceof float[] array) {
                HalfConversion.floatToDouble(count, array, m.arrayOffset() + (int) at + done, out, to + done);
            } else {
                load(m, at + done, count, floats, 0);
                HalfConversion.floatToDouble(count, floats, 0, out, to + done);
            }
        }
    }

    /** Elements ← in. */
    void store(Matrix m, long at, int n, float[] in, int from) {
        if (m.dtype() == DType.F32) {
            if (m.arrayOrNull() instanceof float[] array) {
                System.arraycopy(in, from, array, m.arrayOffset() + (int) at, n);
            } else {
                MemorySegment.copy(in, from, m.segment(), FLOAT, m.byteOffset() + at * Float.BYTES, n);
            }
            return;
        }
        for (int done = 0; done < n; done += STRIP) {
            int count = Math.min(STRIP, n - done);
            if (m.dtype() == DType.F64) {
                double[] array = target(m, doubles);
                HalfConversion.floatToDouble(count, in, from + done, array, start(m, array, at + done));
                flush(m, at + done, count, array);
            } else {
                short[] array = target(m, halves);
                narrow(m.dtype(), count, in, from + done, array, start(m, array, at + done));
                flush(m, at + done, count, array);
            }
        }
    }

    /** Elements ← in. */
    void store(Matrix m, long at, int n, double[] in, int from) {
        if (m.dtype() == DType.F64) {
            if (m.arrayOrNull() instanceof double[] array) {
                System.arraycopy(in, from, array, m.arrayOffset() + (int) at, n);
            } else {
                MemorySegment.copy(in, from, m.segment(), DOUBLE, m.byteOffset() + at * Double.BYTES, n);
            }
            return;
        }
        for (int done = 0; done < n; done += STRIP) {
            int count = Math.min(STRIP, n - done);
            if (m.arrayOrNull() instanceof float[] array) {
                HalfConversion.doubleToFloat(count, in, from + done, array, m.arrayOffset() + (int) at + done);
            } else if (m.dtype() == DType.F32) {
                HalfConversion.doubleToFloat(count, in, from + done, floats, 0);
                MemorySegment.copy(floats, 0, m.segment(), FLOAT, m.byteOffset() + (at + done) * Float.BYTES, count);
            } else {
                short[] array = target(m, halves);
                narrow(m.dtype(), count, in, from + done, array, start(m, array, at + done));
                flush(m, at + done, count, array);
            }
        }
    }

    /** Elements ← value. */
    void fill(Matrix m, long at, int n, double value) {
        int from = m.arrayOffset() + (int) at;
        if (m.arrayOrNull() instanceof float[] array) {
            Arrays.fill(array, from, from + n, (float) value);
        } else if (m.arrayOrNull() instanceof double[] array) {
            Arrays.fill(array, from, from + n, value);
        } else {
            Arrays.fill(doubles, 0, Math.min(STRIP, n), value);
            for (int done = 0; done < n; done += STRIP) {
                store(m, at + done, Math.min(STRIP, n - done), doubles, 0);
            }
        }
    }

    private double[] doubles(Matrix m, long at, int n) {
        if (m.arrayOrNull() instanceof double[] array) {
            return array;
        }
        MemorySegment.copy(m.segment(), DOUBLE, m.byteOffset() + at * Double.BYTES, doubles, 0, n);
        return doubles;
    }

    private short[] halves(Matrix m, long at, int n) {
        if (m.arrayOrNull() instanceof short[] array) {
            return array;
        }
        MemorySegment.copy(m.segment(), SHORT, m.byteOffset() + at * Short.BYTES, halves, 0, n);
        return halves;
    }

    private static double[] target(Matrix m, double[] staging) {
        return m.arrayOrNull() instanceof double[] array ? array : staging;
    }

    private static short[] target(Matrix m, short[] staging) {
        return m.arrayOrNull() instanceof short[] array ? array : staging;
    }

    /** {@return where an element is in an array that is either the matrix's own or staging memory} */
    private static int start(Matrix m, Object array, long at) {
        return array.equals(m.arrayOrNull()) ? m.arrayOffset() + (int) at : 0;
    }

    private void flush(Matrix m, long at, int n, double[] array) {
        if (m.arrayOrNull() == null) {
            MemorySegment.copy(array, 0, m.segment(), DOUBLE, m.byteOffset() + at * Double.BYTES, n);
        }
    }

    private void flush(Matrix m, long at, int n, short[] array) {
        if (m.arrayOrNull() == null) {
            MemorySegment.copy(array, 0, m.segment(), SHORT, m.byteOffset() + at * Short.BYTES, n);
        }
    }

    private static void widen(DType dtype, int n, short[] in, int from, float[] out, int to) {
        if (dtype == DType.BF16) {
            HalfConversion.bf16ToFloat(n, in, from, out, to);
        } else {
            HalfConversion.f16ToFloat(n, in, from, out, to);
        }
    }

    private static void narrow(DType dtype, int n, float[] in, int from, short[] out, int to) {
        if (dtype == DType.BF16) {
            HalfConversion.floatToBf16(n, in, from, out, to);
        } else {
            HalfConversion.floatToF16(n, in, from, out, to);
        }
    }

    private static void narrow(DType dtype, int n, double[] in, int from, short[] out, int to) {
        if (dtype == DType.BF16) {
            HalfConversion.doubleToBf16(n, in, from, out, to);
        } else {
            HalfConversion.doubleToF16(n, in, from, out, to);
        }
    }
}
