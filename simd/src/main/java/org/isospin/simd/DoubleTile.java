package org.isospin.simd;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;

/**
 * A small block of a matrix as F64 elements in a given order, runs {@link #stride} apart: where it lies if it is such
 * already, else a staged copy, converted and transposed as needed.
 *
 * <p>Row-major, the runs of a block are its rows; column-major, its columns.
 */
final class DoubleTile {
    /** Runs, and elements of each, of a block that may have to be transposed. */
    static final int SIDE = 64;

    /** Elements of a block. */
    static final int AREA = SIDE * SIDE;

    private final Runs runs;
    private final double[] staging = new double[AREA];
    private final double[] turning = new double[AREA];

    double[] array = staging;
    int offset;
    int stride;

    DoubleTile(Runs runs) {
        this.runs = runs;
    }

    /** {@return whether the matrix's own array is the block's} */
    private static boolean isDirect(Order order, Matrix m) {
        return m.order() == order && m.dtype() == DType.F64 && m.arrayOrNull() != null;
    }

    private void point(Matrix m, long at) {
        array = (double[]) java.util.Objects.requireNonNull(m.arrayOrNull());
        offset = m.arrayOffset() + (int) at;
        stride = (int) m.stride();
    }

    /** {@return staging memory, as which the block is now dense} */
    double[] stage(int length) {
        array = staging;
        offset = 0;
        stride = length;
        return staging;
    }

    /** {@return the distance of an element from (0, 0)} */
    static long index(Order order, Matrix m, int run, int position) {
        return order == Order.ROW_MAJOR ? m.index(run, position) : m.index(position, run);
    }

    /** Makes a block readable; if it is staged, it may be changed without changing the matrix. */
    void read(Order order, Matrix m, int run, int position, int height, int length) {
        long at = index(order, m, run, position);
        if (isDirect(order, m)) {
            point(m, at);
        } else {
            stage(length);
            copy(order, m, at, height, length);
        }
    }

    /** Makes a copy of a block that may be changed without changing the matrix. */
    void readCopy(Order order, Matrix m, int run, int position, int height, int length) {
        stage(length);
        copy(order, m, index(order, m, run, position), height, length);
    }

    private void copy(Order order, Matrix m, long at, int height, int length) {
        if (m.order() == order) {
            for (int r = 0; r < height; r++) {
                runs.load(m, at + r * m.stride(), length, staging, r * length);
            }
        } else if (isDirect(order.transposed(), m)) {
            double[] source = (double[]) java.util.Objects.requireNonNull(m.arrayOrNull());
            Transposition.transpose(
                    length, height, source, m.arrayOffset() + (int) at, (int) m.stride(), staging, 0, length);
        } else {
            for (int p = 0; p < length; p++) {
                runs.load(m, at + p * m.stride(), height, turning, p * height);
            }
            Transposition.transpose(length, height, turning, 0, height, staging, 0, length);
        }
    }

    /** Makes a place for the elements of a block, in the matrix or staged until {@link #flush}. */
    void open(Matrix m, int run, int position, int length) {
        if (isDirect(m.order(), m)) {
            point(m, index(m.order(), m, run, position));
        } else {
            stage(length);
        }
    }

    /** Brings what {@link #open} staged to the matrix. */
    void flush(Matrix m, int run, int position, int height, int length) {
        if (!isDirect(m.order(), m)) {
            write(m.order(), m, run, position, height, length);
        }
    }

    /** Stores the block to a matrix of any order. */
    void write(Order order, Matrix m, int run, int position, int height, int length) {
        long at = index(order, m, run, position);
        if (m.order() == order) {
            for (int r = 0; r < height; r++) {
                runs.store(m, at + r * m.stride(), length, array, offset + r * stride);
            }
        } else {
            Transposition.transpose(height, length, array, offset, stride, turning, 0, height);
            for (int p = 0; p < length; p++) {
                runs.store(m, at + p * m.stride(), height, turning, p * height);
            }
        }
    }
}
