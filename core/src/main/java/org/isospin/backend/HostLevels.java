package org.isospin.backend;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import org.isospin.Matrix;
import org.isospin.Order;

/** Rows of 8-bit codes in plain Java, by strips. */
final class HostLevels {
    /** Codes of the largest level. */
    static final int LARGEST = 255;

    /** The least range of a row with a level for zero. */
    static final double LEAST_RANGE = 1e-5;

    private static final int STRIP = Blocks.TILE * Blocks.TILE;

    private final Blocks blocks;
    private final double[] x = new double[STRIP];

    HostLevels(Blocks blocks) {
        this.blocks = blocks;
    }

    private static long at(Matrix codes, int row, int column) {
        return codes.byteOffset() + row * codes.stride() * codes.dtype().bytes() + column;
    }

    private void load(Matrix m, int row, int from, int length) {
        blocks.load(Order.ROW_MAJOR, m, m.index(row, from), 1, length, x, 0, length);
    }

    void quantizeRows(RowLevels levels, Matrix source, Matrix codes, Matrix scales) {
        for (int i = 0; i < source.rows() && source.columns() > 0; i++) {
            double zero = spread(levels, source, i, scales);
            write(levels, source, i, zero, codes, scales);
        }
    }

    /** Finds scale and offset of a row. {@return the level of zero, where there is one} */
    private double spread(RowLevels levels, Matrix source, int row, Matrix scales) {
        int columns = source.columns();
        double low = Double.POSITIVE_INFINITY;
        double high = Double.NEGATIVE_INFINITY;
        for (int j = 0; j < columns; j += STRIP) {
            int w = Math.min(STRIP, columns - j);
            load(source, row, j, w);
            for (int e = 0; e < w; e++) {
                low = Math.min(low, x[e]);
                high = Math.max(high, x[e]);
            }
        }
        if (levels == RowLevels.RANGE) {
            blocks.set(scales, row, 0, (high - low) / LARGEST);
            blocks.set(scales, row, 1, low);
            return 0;
        }
        blocks.set(scales, row, 0, Math.max(high - low, LEAST_RANGE) / LARGEST);
        double zero = clamp(-Math.rint(low / blocks.get(scales, row, 0)));
        blocks.set(scales, row, 1, -zero * blocks.get(scales, row, 0));
        return zero;
    }

    private void write(RowLevels levels, Matrix source, int row, double zero, Matrix codes, Matrix scales) {
        MemorySegment bytes = codes.segment();
        double scale = blocks.get(scales, row, 0);
        double shift = levels == RowLevels.RANGE ? blocks.get(scales, row, 1) : 0;
        for (int j = 0; j < source.columns(); j += STRIP) {
            int w = Math.min(STRIP, source.columns() - j);
            load(source, row, j, w);
            for (int e = 0; e < w; e++) {
                double level = scale == 0 ? 0 : Math.rint((x[e] - shift) / scale);
                bytes.set(ValueLayout.JAVA_BYTE, at(codes, row, j + e), (byte) (int) clamp(level + zero));
            }
        }
        if (source.columns() % 2 == 1) {
            bytes.set(ValueLayout.JAVA_BYTE, at(codes, row, source.columns()), (byte) 0);
        }
    }

    private static double clamp(double level) {
        return Math.min(Math.max(level, 0), LARGEST);
    }

    void dequantizeRows(Matrix codes, Matrix scales, Matrix target) {
        MemorySegment bytes = codes.segment();
        for (int i = 0; i < target.rows(); i++) {
            double scale = blocks.get(scales, i, 0);
            double offset = blocks.get(scales, i, 1);
            for (int j = 0; j < target.columns(); j += STRIP) {
                int w = Math.min(STRIP, target.columns() - j);
                for (int e = 0; e < w; e++) {
                    int code = bytes.get(ValueLayout.JAVA_BYTE, at(codes, i, j + e)) & LARGEST;
                    x[e] = Math.fma(scale, code, offset);
                }
                blocks.store(Order.ROW_MAJOR, target, target.index(i, j), 1, w, x, 0, w);
            }
        }
    }
}
