package org.isospin.backend;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import org.isospin.DType;
import org.isospin.HalfPrecision;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.Storage;

/**
 * Reads and writes pieces of rows of any host matrix as F64: heap arrays in place, other memory through a strip that one
 * bulk copy fills, so that alignment never matters.
 */
final class Rows {
    private static final int STRIP = 512;

    private final float[] floats = new float[STRIP];
    private final double[] doubles = new double[STRIP];
    private final short[] shorts = new short[STRIP];

    /** out[at…] ← m(row, from … from + length − 1). */
    void load(Matrix m, int row, int from, int length, double[] out, int at) {
        if (m.order() == Order.COLUMN_MAJOR) {
            for (int j = 0; j < length; j++) {
                out[at + j] = m.get(row, from + j);
            }
            return;
        }
        Object array = m.arrayOrNull();
        if (array != null) {
            loadArray(array, m.dtype(), m.arrayOffset() + (int) m.index(row, from), length, out, at);
            return;
        }
        MemorySegment segment = ((Storage.Host) m.storage()).segment();
        for (int done = 0; done < length; done += STRIP) {
            int count = Math.min(STRIP, length - done);
            long offset = m.byteOffset() + m.index(row, from + done) * m.dtype().bytes();
            switch (m.dtype()) {
                case F32 -> MemorySegment.copy(segment, ValueLayout.JAVA_FLOAT_UNALIGNED, offset, floats, 0, count);
                case F64 -> MemorySegment.copy(segment, ValueLayout.JAVA_DOUBLE_UNALIGNED, offset, doubles, 0, count);
                case BF16, F16 ->
                    MemorySegment.copy(segment, ValueLayout.JAVA_SHORT_UNALIGNED, offset, shorts, 0, count);
            }
            loadArray(strip(m.dtype()), m.dtype(), 0, count, out, at + done);
        }
    }

    /** m(row, from … from + length − 1) ← out[at…], rounded to nearest. */
    void store(double[] values, int at, Matrix m, int row, int from, int length) {
        if (m.order() == Order.COLUMN_MAJOR) {
            for (int j = 0; j < length; j++) {
                m.set(row, from + j, values[at + j]);
            }
            return;
        }
        Object array = m.arrayOrNull();
        if (array != null) {
            storeArray(values, at, array, m.dtype(), m.arrayOffset() + (int) m.index(row, from), length);
            return;
        }
        MemorySegment segment = ((Storage.Host) m.storage()).segment();
        for (int done = 0; done < length; done += STRIP) {
            int count = Math.min(STRIP, length - done);
            long offset = m.byteOffset() + m.index(row, from + done) * m.dtype().bytes();
            storeArray(values, at + done, strip(m.dtype()), m.dtype(), 0, count);
            switch (m.dtype()) {
                case F32 -> MemorySegment.copy(floats, 0, segment, ValueLayout.JAVA_FLOAT_UNALIGNED, offset, count);
                case F64 -> MemorySegment.copy(doubles, 0, segment, ValueLayout.JAVA_DOUBLE_UNALIGNED, offset, count);
                case BF16, F16 ->
                    MemorySegment.copy(shorts, 0, segment, ValueLayout.JAVA_SHORT_UNALIGNED, offset, count);
            }
        }
    }

    private Object strip(DType dtype) {
        return switch (dtype) {
            case F32 -> floats;
            case F64 -> doubles;
            case BF16, F16 -> shorts;
        };
    }

    private static void loadArray(Object array, DType dtype, int offset, int length, double[] out, int at) {
        switch (dtype) {
            case F32 -> {
                float[] source = (float[]) array;
                for (int j = 0; j < length; j++) {
                    out[at + j] = source[offset + j];
                }
            }
            case F64 -> System.arraycopy((double[]) array, offset, out, at, length);
            case BF16 -> {
                short[] source = (short[]) array;
                for (int j = 0; j < length; j++) {
                    out[at + j] = HalfPrecision.bf16ToFloat(source[offset + j]);
                }
            }
            case F16 -> {
                short[] source = (short[]) array;
                for (int j = 0; j < length; j++) {
                    out[at + j] = Float.float16ToFloat(source[offset + j]);
                }
            }
        }
    }

    private static void storeArray(double[] values, int at, Object array, DType dtype, int offset, int length) {
        switch (dtype) {
            case F32 -> {
                float[] target = (float[]) array;
                for (int j = 0; j < length; j++) {
                    target[offset + j] = (float) values[at + j];
                }
            }
            case F64 -> System.arraycopy(values, at, (double[]) array, offset, length);
            case BF16 -> {
                short[] target = (short[]) array;
                for (int j = 0; j < length; j++) {
                    target[offset + j] = HalfPrecision.doubleToBf16(values[at + j]);
                }
            }
            case F16 -> {
                short[] target = (short[]) array;
                for (int j = 0; j < length; j++) {
                    target[offset + j] = HalfPrecision.doubleToF16(values[at + j]);
                }
            }
        }
    }

    /** Reads a whole matrix, row by row. */
    void loadAll(Matrix m, double[] out) {
        for (int i = 0; i < m.rows(); i++) {
            load(m, i, 0, m.columns(), out, i * m.columns());
        }
    }

    /** Writes a whole matrix, row by row. */
    void storeAll(double[] values, Matrix m) {
        for (int i = 0; i < m.rows(); i++) {
            store(values, i * m.columns(), m, i, 0, m.columns());
        }
    }

    /** An array of at least a length, larger than before only where it has to be. */
    static double[] grow(double[] array, long length) {
        return array.length >= length ? array : Arrays.copyOf(array, Math.toIntExact(length));
    }
}
