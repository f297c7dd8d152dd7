package org.isospin.simd;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;

/** Matrices in every kind of memory, with every kind of element, and a comparison of bits. */
final class Matrices {
    /** Kinds of memory that kernels must not tell apart. */
    enum Kind {
        HEAP,
        STRIDED,
        COLUMNS,
        STRIDED_COLUMNS,
        OFF_HEAP,
        MISALIGNED_COLUMNS,
        BYTES
    }

    /** Shapes around lanes, strips and tiles. */
    static final int[][] SHAPES = {
        {0, 3}, {3, 0}, {1, 1}, {1, 7}, {9, 1}, {5, 17}, {33, 31}, {64, 64}, {65, 63}, {70, 130}, {2, 1030}, {1100, 3},
        {3, 4100}
    };

    private static final double[] EDGES = {
        0.0,
        -0.0,
        Double.NaN,
        Double.POSITIVE_INFINITY,
        Double.NEGATIVE_INFINITY,
        Double.MIN_VALUE,
        Double.MAX_VALUE,
        Float.MIN_VALUE,
        -3 * Float.MIN_VALUE,
        Float.MAX_VALUE,
        -Float.MAX_VALUE,
        Float.MIN_NORMAL,
        1e30,
        -1e-30,
        0x1.01p0,
        0x1.03p0,
        0x1.002p0,
        0x1.006p0,
        0x1.0080000001p0,
        65504,
        65519.999,
        65520,
        0x1p-24,
        0x1p-25,
        0x1.8p-25,
        0x1p-14
    };

    private Matrices() {}

    static Matrix allocate(Kind kind, DType dtype, int rows, int columns) {
        int bytes = dtype.bytes();
        return switch (kind) {
            case HEAP -> Matrix.allocate(dtype, rows, columns);
            case STRIDED -> Matrix.allocate(dtype, rows + 2, columns + 5).view(1, 3, rows, columns);
            case COLUMNS -> Matrix.allocate(dtype, columns, rows).transposed();
            case STRIDED_COLUMNS ->
                Matrix.allocate(dtype, columns + 1, rows + 3)
                        .view(1, 2, columns, rows)
                        .transposed();
            case OFF_HEAP -> Matrix.allocate(Arena.ofAuto(), dtype, rows, columns);
            case MISALIGNED_COLUMNS -> {
                MemorySegment memory = Arena.ofAuto().allocate((long) (rows + 1) * columns * bytes + 8, 64);
                yield Matrix.wrap(memory, 1, dtype, rows, columns, rows + 1, Order.COLUMN_MAJOR);
            }
            case BYTES -> {
                MemorySegment memory = MemorySegment.ofArray(new byte[rows * (columns + 2) * bytes + 3]);
                yield Matrix.wrap(memory, 3, dtype, rows, columns, columns + 2, Order.ROW_MAJOR);
            }
        };
    }

    /** Normal numbers of many sizes and, if asked for by an odd seed, zeros, NaN, infinities, denormals and ties. */
    static void randomise(Matrix m, long seed) {
        Random random = new Random(seed);
        for (int i = 0; i < m.rows(); i++) {
            for (int j = 0; j < m.columns(); j++) {
                boolean isEdge = seed % 2 == 1 && random.nextInt(4) == 0;
                m.set(i, j, isEdge ? EDGES[random.nextInt(EDGES.length)] : random.nextGaussian());
            }
        }
    }

    static Matrix random(Kind kind, DType dtype, int rows, int columns, long seed) {
        Matrix m = allocate(kind, dtype, rows, columns);
        randomise(m, seed);
        return m;
    }

    /** {@return the first element that differs in its bits, any NaN being like any other, or "" if none does} */
    static String difference(Matrix actual, Matrix expected) {
        for (int i = 0; i < expected.rows(); i++) {
            for (int j = 0; j < expected.columns(); j++) {
                double a = actual.get(i, j);
                double e = expected.get(i, j);
                if (Double.doubleToLongBits(a) != Double.doubleToLongBits(e)) {
                    return "(" + i + ", " + j + ") is " + a + ", not " + e + ", in " + actual;
                }
            }
        }
        return "";
    }
}
