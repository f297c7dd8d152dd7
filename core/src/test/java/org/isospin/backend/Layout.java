package org.isospin.backend;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;

/** Where and how the elements of a matrix may lie. */
public enum Layout {
    HEAP,
    STRIDED_ROWS,
    STRIDED_COLUMNS,
    OFF_HEAP,
    CONFINED,
    MISALIGNED,
    BYTES;

    /** {@return a matrix of this layout, full of NaN, with NaN around it} */
    public Matrix garbage(DType dtype, int rows, int columns) {
        Matrix m = allocate(dtype, rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                m.set(i, j, Double.NaN);
            }
        }
        return m;
    }

    /** {@return a matrix of this layout with the given elements} */
    public Matrix of(DType dtype, double[][] a) {
        Matrix m = garbage(dtype, a.length, a.length == 0 ? 0 : a[0].length);
        Dense.matrix(dtype, a).copyTo(m);
        return m;
    }

    private Matrix allocate(DType dtype, int rows, int columns) {
        int size = dtype.bytes();
        int bytes = (rows + 5) * (columns + 5) * size + 64;
        return switch (this) {
            case HEAP -> Matrix.allocate(dtype, rows, columns);
            case STRIDED_ROWS -> Matrix.allocate(dtype, rows + 2, columns + 3).view(1, 2, rows, columns);
            case STRIDED_COLUMNS ->
                Matrix.allocate(dtype, columns + 2, rows + 3)
                        .view(1, 2, columns, rows)
                        .transposed();
            case OFF_HEAP -> Matrix.allocate(Arena.ofAuto(), dtype, rows, columns);
            case CONFINED -> Matrix.allocate(Arena.ofConfined(), dtype, rows, columns);
            case MISALIGNED ->
                Matrix.wrap(Arena.ofAuto().allocate(bytes, 64), 1, dtype, rows, columns, columns + 1L, Order.ROW_MAJOR);
            case BYTES ->
                Matrix.wrap(
                        MemorySegment.ofArray(new byte[bytes]), 3, dtype, rows, columns, rows + 2L, Order.COLUMN_MAJOR);
        };
    }
}
