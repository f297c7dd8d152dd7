package org.isospin.simd;

import java.util.Arrays;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;

/** Parts of reductions, as one worker computes them; whatever the parts, each number has the same bits. */
final class PartialReductions {
    /** Elements of a row that make one partial sum. */
    static final int STRIP = 1024;

    /** Elements of a part: as many as fit the second-level cache. */
    static final int BAND = 32 * STRIP;

    private final Runs runs = new Runs();
    private final DenseBlocks blocks = new DenseBlocks();
    private final TileGrid grid = new TileGrid();
    private final FloatTile tile32 = new FloatTile(runs);
    private final DoubleTile tile = new DoubleTile(runs);
    private double[] first = {};
    private double[] second = {};
    private double[] sums = {};

    /**
     * Sums strips of some rows of (factor·a)·(factor·b); strip s of row i goes to {@code out[i·strips + s]}.
     *
     * @param factor a power of two
     * @param i first row
     * @param rows how many
     * @param from first strip
     * @param to one past the last strip
     */
    void dot(Matrix a, Matrix b, double factor, int i, int rows, int from, int to, double[] out) {
        int strips = (a.columns() + STRIP - 1) / STRIP;
        boolean isDirect = a.order() == Order.ROW_MAJOR && b.order() == Order.ROW_MAJOR && factor == 1;
        for (int s = from; s < to; s++) {
            int j = s * STRIP;
            int w = Math.min(STRIP, a.columns() - j);
            int at = i * strips + s;
            if (isDirect && a.arrayOrNull() instanceof float[] x && b.arrayOrNull() instanceof float[] y) {
                for (int r = 0; r < rows; r++) {
                    int xo = a.arrayOffset() + (int) a.index(i + r, j);
                    int yo = b.arrayOffset() + (int) b.index(i + r, j);
                    out[at + r * strips] = Sums.dot(w, x, xo, y, yo);
                }
            } else if (isDirect && a.arrayOrNull() instanceof double[] x && b.arrayOrNull() instanceof double[] y) {
                for (int r = 0; r < rows; r++) {
                    int xo = a.arrayOffset() + (int) a.index(i + r, j);
                    int yo = b.arrayOffset() + (int) b.index(i + r, j);
                    out[at + r * strips] = Sums.dot(w, x, xo, y, yo);
                }
            } else {
                boolean isSquare = a.equals(b);
                first = grow(first, rows * w);
                second = isSquare ? second : grow(second, rows * w);
                load(a, i, j, rows, w, factor, first);
                if (!isSquare) {
                    load(b, i, j, rows, w, factor, second);
                }
                for (int r = 0; r < rows; r++) {
                    out[at + r * strips] = Sums.dot(w, first, r * w, isSquare ? first : second, r * w);
                }
            }
        }
    }

    private static double[] grow(double[] array, int length) {
        return array.length >= length ? array : new double[length];
    }

    private void load(Matrix m, int i, int j, int h, int w, double factor, double[] out) {
        blocks.load(Order.ROW_MAJOR, m, i, j, h, w, out, w);
        if (factor != 1) {
            DoubleLoops.scale(h * w, factor, out, 0, out, 0);
        }
    }

    /** {@return the largest |x| of some tiles in m's own order; Math.max keeps a NaN} */
    double maxAbs(Matrix m, int from, int to) {
        grid.cut(m, false);
        double largest = 0;
        for (int t = from; t < to; t++) {
            grid.go(t);
            if (m.dtype() == DType.F64) {
                tile.read(m.order(), m, grid.run, grid.position, grid.height, grid.width);
                for (int r = 0; r < grid.height; r++) {
                    largest = Math.max(
                            largest, DoubleLoops.maxAbs(grid.width, tile.array, tile.offset + r * tile.stride));
                }
            } else {
                tile32.read(m.order(), m, grid.run, grid.position, grid.height, grid.width);
                for (int r = 0; r < grid.height; r++) {
                    largest = Math.max(
                            largest, FloatLoops.maxAbs(grid.width, tile32.array, tile32.offset + r * tile32.stride));
                }
            }
        }
        return largest;
    }

    /**
     * {@return the largest sum of |x| at some positions, across the runs of an order, added in ascending order of runs}
     *
     * @param p first position
     * @param w how many
     */
    double norm1(Order order, Matrix m, int p, int w) {
        int height = order == Order.ROW_MAJOR ? m.rows() : m.columns();
        int tall = FloatTile.AREA / w;
        sums = grow(sums, w);
        Arrays.fill(sums, 0, w, 0);
        for (int r = 0; r < height; r += tall) {
            int n = Math.min(tall, height - r);
            if (m.dtype() == DType.F64) {
                tile.read(order, m, r, p, n, w);
                for (int k = 0; k < n; k++) {
                    DoubleLoops.addAbs(w, tile.array, tile.offset + k * tile.stride, sums);
                }
            } else {
                tile32.read(order, m, r, p, n, w);
                for (int k = 0; k < n; k++) {
                    FloatLoops.addAbs(w, tile32.array, tile32.offset + k * tile32.stride, sums);
                }
            }
        }
        return DoubleLoops.maxAbs(w, sums, 0);
    }

    /** Loads the diagonal. */
    void diagonal(Matrix m, int n, double[] out) {
        for (int i = 0; i < n; i++) {
            runs.load(m, m.index(i, i), 1, out, i);
        }
    }
}
