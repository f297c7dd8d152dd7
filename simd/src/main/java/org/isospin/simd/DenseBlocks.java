package org.isospin.simd;

import org.isospin.Matrix;
import org.isospin.Order;

/** Copies blocks between host matrices of any kind and F64 arrays, in either order. Belongs to one thread. */
final class DenseBlocks {
    private final Runs runs = new Runs();
    private final DoubleTile tile = new DoubleTile(runs);

    /**
     * Loads a block.
     *
     * @param order the order of the array
     * @param i first run in that order
     * @param j first position in each run
     * @param h runs
     * @param w elements of each
     * @param ld distance of runs in the array
     */
    void load(Order order, Matrix m, int i, int j, int h, int w, double[] out, int ld) {
        if (m.order() == order) {
            for (int r = 0; r < h; r++) {
                runs.load(m, DoubleTile.index(order, m, i + r, j), w, out, r * ld);
            }
            return;
        }
        for (int r = 0; r < h; r += DoubleTile.SIDE) {
            int height = Math.min(DoubleTile.SIDE, h - r);
            for (int p = 0; p < w; p += DoubleTile.SIDE) {
                int length = Math.min(DoubleTile.SIDE, w - p);
                tile.read(order, m, i + r, j + p, height, length);
                for (int k = 0; k < height; k++) {
                    System.arraycopy(tile.array, k * length, out, (r + k) * ld + p, length);
                }
            }
        }
    }

    /** Stores a block; the parameters are those of {@link #load}. */
    void store(Order order, Matrix m, int i, int j, int h, int w, double[] from, int ld) {
        if (m.order() == order) {
            for (int r = 0; r < h; r++) {
                runs.store(m, DoubleTile.index(order, m, i + r, j), w, from, r * ld);
            }
            return;
        }
        for (int r = 0; r < h; r += DoubleTile.SIDE) {
            int height = Math.min(DoubleTile.SIDE, h - r);
            for (int p = 0; p < w; p += DoubleTile.SIDE) {
                int length = Math.min(DoubleTile.SIDE, w - p);
                double[] staged = tile.stage(length);
                for (int k = 0; k < height; k++) {
                    System.arraycopy(from, (r + k) * ld + p, staged, k * length, length);
                }
                tile.write(order, m, i + r, j + p, height, length);
            }
        }
    }

    /** Loads some rows of a matrix of one column, to the same positions of an array. */
    void loadColumn(Matrix column, int from, int rows, double[] out) {
        long step = column.order() == Order.COLUMN_MAJOR ? 1 : column.stride();
        if (step == 1) {
            runs.load(column, from, rows, out, from);
            return;
        }
        for (int i = from; i < from + rows; i++) {
            runs.load(column, i * step, 1, out, i);
        }
    }

    /** Stores some rows of a matrix of one column, from the same positions of an array. */
    void storeColumn(Matrix column, int from, int rows, double[] elements) {
        long step = column.order() == Order.COLUMN_MAJOR ? 1 : column.stride();
        if (step == 1) {
            runs.store(column, from, rows, elements, from);
            return;
        }
        for (int i = from; i < from + rows; i++) {
            runs.store(column, i * step, 1, elements, i);
        }
    }
}
