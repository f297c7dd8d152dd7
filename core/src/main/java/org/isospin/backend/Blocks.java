package org.isospin.backend;

import org.isospin.Matrix;
import org.isospin.Order;

/**
 * Moves blocks of elements between any host matrix and arrays of F64, in either order whatever the matrix's own is.
 *
 * <p>Seen in row-major order the runs of a block are its rows, in column-major order its columns; element p of run r
 * lies at {@code to + r·ld + p} of the array. Belongs to one thread, like the {@link Strips} it is made of.
 */
public final class Blocks {
    /** Runs and elements of a run that are transposed at a time: 32 KiB of F64. */
    static final int TILE = 64;

    private final Strips strips = new Strips();
    private final double[] strip = new double[TILE];

    /** Makes staging memory. */
    public Blocks() {}

    /**
     * {@return the distance of an element from (0, 0)}
     *
     * @param order the order in which runs are counted
     * @param m the matrix
     * @param run its row (row-major) or column (column-major)
     * @param position its position in the run
     */
    public static long index(Order order, Matrix m, int run, int position) {
        return order == Order.ROW_MAJOR ? m.index(run, position) : m.index(position, run);
    }

    /**
     * Loads a block.
     *
     * @param order the order of the array
     * @param m the matrix
     * @param at the distance of the block's first element from (0, 0)
     * @param runs rows of the block (row-major) or columns (column-major)
     * @param length elements of each run
     * @param out receives them
     * @param to where in out
     * @param ld distance of runs in out
     */
    public void load(Order order, Matrix m, long at, int runs, int length, double[] out, int to, int ld) {
        if (m.order() == order) {
            for (int r = 0; r < runs; r++) {
                strips.load(m, at + r * m.stride(), length, out, to + r * ld);
            }
            return;
        }
        for (int first = 0; first < runs; first += TILE) {
            int n = Math.min(TILE, runs - first);
            for (int p = 0; p < length; p++) {
                strips.load(m, at + p * m.stride() + first, n, strip, 0);
                int start = to + first * ld + p;
                for (int r = 0; r < n; r++) {
                    out[start + r * ld] = strip[r];
                }
            }
        }
    }

    /**
     * Stores a block.
     *
     * @param order the order of the array
     * @param m the matrix, which may be written
     * @param at the distance of the block's first element from (0, 0)
     * @param runs rows of the block (row-major) or columns (column-major)
     * @param length elements of each run
     * @param in the elements
     * @param from where in in
     * @param ld distance of runs in in
     */
    public void store(Order order, Matrix m, long at, int runs, int length, double[] in, int from, int ld) {
        if (m.order() == order) {
            for (int r = 0; r < runs; r++) {
                strips.store(m, at + r * m.stride(), length, in, from + r * ld);
            }
            return;
        }
        for (int first = 0; first < runs; first += TILE) {
            int n = Math.min(TILE, runs - first);
            for (int p = 0; p < length; p++) {
                int start = from + first * ld + p;
                for (int r = 0; r < n; r++) {
                    strip[r] = in[start + r * ld];
                }
                strips.store(m, at + p * m.stride() + first, n, strip, 0);
            }
        }
    }

    /**
     * Loads a whole matrix densely.
     *
     * @param order the order of the array
     * @param m the matrix
     * @param out receives it
     */
    public void load(Order order, Matrix m, double[] out) {
        int runs = order == Order.ROW_MAJOR ? m.rows() : m.columns();
        int length = order == Order.ROW_MAJOR ? m.columns() : m.rows();
        load(order, m, 0, runs, length, out, 0, length);
    }

    /**
     * Stores a whole dense matrix.
     *
     * @param order the order of the array
     * @param m the matrix, which may be written
     * @param in its elements
     */
    public void store(Order order, Matrix m, double[] in) {
        int runs = order == Order.ROW_MAJOR ? m.rows() : m.columns();
        int length = order == Order.ROW_MAJOR ? m.columns() : m.rows();
        store(order, m, 0, runs, length, in, 0, length);
    }

    /**
     * {@return one element}
     *
     * @param m the matrix
     * @param row its row
     * @param column its column
     */
    public double get(Matrix m, int row, int column) {
        strips.load(m, m.index(row, column), 1, strip, 0);
        return strip[0];
    }

    /**
     * Sets one element.
     *
     * @param m the matrix, which may be written
     * @param row its row
     * @param column its column
     * @param value its value
     */
    public void set(Matrix m, int row, int column, double value) {
        strip[0] = value;
        strips.store(m, m.index(row, column), 1, strip, 0);
    }
}
