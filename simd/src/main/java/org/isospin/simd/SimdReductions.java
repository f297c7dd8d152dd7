package org.isospin.simd;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.backend.Reduction;
import org.isospin.backend.WorkerPool;

/**
 * Reductions of one stream in F64 whose order the shape alone decides, not the width of vectors, the order in memory, a
 * stride or the threads.
 *
 * <p>Sums of products: rows are cut into strips of 1024 elements, each is summed by {@link Sums}, the partial sums are added
 * as a balanced tree. Row and column sums of magnitudes: each is added one element after the other, all side by side. Workers
 * share the parts; a call leaves no garbage.
 */
final class SimdReductions {
    /** Tiles whose maximum a worker finds at a time. */
    private static final int GROUP = 8;

    /** Sums that a worker takes across runs at a time. */
    private static final int SIDE_BY_SIDE = 4 * FloatTile.SIDE;

    /** A sum of squares from here to infinity has lost nothing to underflow that its 53 bits could show. */
    private static final double TRUSTED = 0x1p-900;

    private static final Matrix NONE = Matrix.allocate(DType.F32, 0, 0);

    private final Sharing sharing;
    private final PerWorker<PartialReductions> workers;
    private final TileGrid grid = new TileGrid();
    private final WorkerPool.Task dotTask = this::dotBand;
    private final WorkerPool.Task maxTask = this::maxOfTiles;
    private final WorkerPool.Task normTask = this::normAcross;

    /** What workers found, by item or by strip. */
    private double[] partials = {};

    private Matrix first = NONE;
    private Matrix second = NONE;
    private double factor;
    private int tall;
    private int strips;
    private int stripsAtOnce;
    private int bandsAcross;
    private int tiles;
    private Order order = Order.ROW_MAJOR;
    private int length;
    private int wide;

    SimdReductions(Sharing sharing) {
        this.sharing = sharing;
        this.workers = new PerWorker<>(sharing.threads(), PartialReductions::new);
    }

    double reduce(Reduction reduction, Matrix m) {
        if (m.rows() == 0 || m.columns() == 0) {
            return 0;
        }
        return switch (reduction) {
            case FROBENIUS -> frobenius(m);
            case SUM_SQUARES -> dot(m, m, 1);
            case MAX_ABS -> maxAbs(m);
            case NORM_1 -> norm1(Order.ROW_MAJOR, m);
            case NORM_INF -> norm1(Order.COLUMN_MAJOR, m);
            case TRACE -> trace(m);
        };
    }

    double dot(Matrix a, Matrix b) {
        return a.rows() == 0 || a.columns() == 0 ? 0 : dot(a, b, 1);
    }

    private double frobenius(Matrix m) {
        double sum = dot(m, m, 1);
        if (sum >= TRUSTED && sum < Double.POSITIVE_INFINITY) {
            return Math.sqrt(sum);
        }
        double largest = maxAbs(m);
        if (largest == 0 || !Double.isFinite(largest)) {
            return largest;
        }
        double scale = Math.scalb(1.0, Math.clamp(-Math.getExponent(largest), -1000, 1000));
        return Math.sqrt(dot(m, m, scale)) / scale;
    }

    /** {@return Σ (factor·a)·(factor·b)} */
    private double dot(Matrix a, Matrix b, double factor) {
        int rows = a.rows();
        int width = Math.min(PartialReductions.STRIP, a.columns());
        this.factor = factor;
        strips = (a.columns() - 1) / PartialReductions.STRIP + 1;
        tall = Math.min(rows, PartialReductions.BAND / width);
        stripsAtOnce = Math.min(strips, PartialReductions.BAND / (tall * width));
        bandsAcross = (strips - 1) / stripsAtOnce + 1;
        int sums = Math.multiplyExact(rows, strips);
        grow(sums);
        run(((rows - 1) / tall + 1) * bandsAcross, dotTask, a, b);
        return tree(sums, partials);
    }

    private void dotBand(int item, int worker) {
        int i = item / bandsAcross * tall;
        int s = item % bandsAcross * stripsAtOnce;
        int rows = Math.min(tall, first.rows() - i);
        workers.get(worker).dot(first, second, factor, i, rows, s, Math.min(strips, s + stripsAtOnce), partials);
    }

    private double maxAbs(Matrix m) {
        tiles = grid.cut(m, false);
        return maximum((tiles - 1) / GROUP + 1, maxTask, m);
    }

    private void maxOfTiles(int item, int worker) {
        partials[item] = workers.get(worker).maxAbs(first, item * GROUP, Math.min(tiles, (item + 1) * GROUP));
    }

    private double norm1(Order order, Matrix m) {
        this.order = order;
        length = order == Order.ROW_MAJOR ? m.columns() : m.rows();
        wide = Math.min(length, m.order() == order ? SIDE_BY_SIDE : FloatTile.SIDE);
        return maximum((length - 1) / wide + 1, normTask, m);
    }

    private void normAcross(int item, int worker) {
        int p = item * wide;
        partials[item] = workers.get(worker).norm1(order, first, p, Math.min(wide, length - p));
    }

    private double trace(Matrix m) {
        int n = Math.min(m.rows(), m.columns());
        grow(n);
        workers.get(0).diagonal(m, n, partials);
        return tree(n, partials);
    }

    private void grow(int length) {
        if (partials.length < length) {
            partials = new double[length];
        }
    }

    private double maximum(int items, WorkerPool.Task task, Matrix m) {
        grow(items);
        run(items, task, m, m);
        double largest = 0;
        for (int i = 0; i < items; i++) {
            largest = Math.max(largest, partials[i]);
        }
        return largest;
    }

    private void run(int items, WorkerPool.Task task, Matrix a, Matrix b) {
        first = a;
        second = b;
        try {
            sharing.run(a.elements(), items, task, a, b, a);
        } finally {
            first = NONE;
            second = NONE;
        }
    }

    /** {@return the sum of n > 0 numbers, which it destroys} */
    private static double tree(int n, double[] x) {
        for (int width = n; width > 1; ) {
            int half = (width + 1) / 2;
            for (int i = 0; i < width / 2; i++) {
                x[i] = x[2 * i] + x[2 * i + 1];
            }
            if (width % 2 == 1) {
                x[half - 1] = x[width - 1];
            }
            width = half;
        }
        return x[0];
    }
}
