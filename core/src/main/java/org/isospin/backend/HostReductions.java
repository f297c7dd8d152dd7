package org.isospin.backend;

import java.util.Arrays;
import org.isospin.Matrix;
import org.isospin.Order;

/**
 * Reductions in F64 whose order the shape alone decides: rows are cut into strips, each is summed by
 * {@link VectorOps#dot}, the partial sums are added as a balanced tree. A memory order or stride changes no bit.
 */
final class HostReductions {
    /** Elements of a row that make one partial sum. */
    private static final int STRIP = 1024;

    /** Elements loaded at a time. */
    private static final int TILE = 32 * STRIP;

    /** A sum of squares from here to infinity has lost nothing to underflow that its 53 bits could show. */
    private static final double TRUSTED = 0x1p-900;

    private final Blocks blocks;
    private final VectorOps ops;
    private final Buffer64 first = new Buffer64();
    private final Buffer64 second = new Buffer64();
    private final Buffer64 partials = new Buffer64();

    HostReductions(Blocks blocks, VectorOps ops) {
        this.blocks = blocks;
        this.ops = ops;
    }

    double reduce(Reduction reduction, Matrix m) {
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
        return dot(a, b, 1);
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
        double factor = Math.scalb(1.0, Math.clamp(-Math.getExponent(largest), -1000, 1000));
        return Math.sqrt(dot(m, m, factor)) / factor;
    }

    /** {@return Σ (factor·a)·(factor·b); if a is b it is loaded once} */
    private double dot(Matrix a, Matrix b, double factor) {
        int rows = a.rows();
        int columns = a.columns();
        if (rows == 0 || columns == 0) {
            return 0;
        }
        boolean isSquare = a.equals(b);
        int wide = Math.min(STRIP, columns);
        int tall = Math.min(TILE / wide, rows);
        int strips = (columns + STRIP - 1) / STRIP;
        double[] x = first.of((long) tall * wide);
        double[] y = isSquare ? x : second.of((long) tall * wide);
        double[] sums = partials.of((long) rows * strips);
        for (int i = 0; i < rows; i += tall) {
            int n = Math.min(tall, rows - i);
            for (int s = 0; s < strips; s++) {
                int j = s * STRIP;
                int w = Math.min(STRIP, columns - j);
                load(a, i, j, n, w, factor, x);
                if (!isSquare) {
                    load(b, i, j, n, w, factor, y);
                }
                for (int r = 0; r < n; r++) {
                    sums[(i + r) * strips + s] = ops.dot(w, x, r * w, y, r * w);
                }
            }
        }
        return tree(rows * strips, sums);
    }

    private void load(Matrix m, int i, int j, int rows, int columns, double factor, double[] out) {
        blocks.load(Order.ROW_MAJOR, m, m.index(i, j), rows, columns, out, 0, columns);
        for (int e = 0; factor != 1 && e < rows * columns; e++) {
            out[e] *= factor;
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

    private double maxAbs(Matrix m) {
        Order order = m.order();
        int runs = order == Order.ROW_MAJOR ? m.rows() : m.columns();
        int length = order == Order.ROW_MAJOR ? m.columns() : m.rows();
        int wide = Math.min(TILE, length);
        double[] x = first.of(wide);
        double largest = 0;
        for (int r = 0; r < runs; r++) {
            for (int p = 0; p < length; p += wide) {
                int w = Math.min(wide, length - p);
                blocks.load(order, m, Blocks.index(order, m, r, p), 1, w, x, 0, w);
                largest = Math.max(largest, Scaling.maxAbs(w, x));
            }
        }
        return largest;
    }

    /** {@return the largest sum of |x| over the runs of an order, added in ascending order of runs} */
    private double norm1(Order order, Matrix m) {
        int runs = order == Order.ROW_MAJOR ? m.rows() : m.columns();
        int length = order == Order.ROW_MAJOR ? m.columns() : m.rows();
        if (runs == 0 || length == 0) {
            return 0;
        }
        int wide = Math.min(STRIP, length);
        int tall = Math.min(TILE / wide, runs);
        double[] x = first.of((long) tall * wide);
        double[] sums = partials.of(wide);
        double largest = 0;
        for (int p = 0; p < length; p += wide) {
            int w = Math.min(wide, length - p);
            Arrays.fill(sums, 0, w, 0);
            for (int r = 0; r < runs; r += tall) {
                int n = Math.min(tall, runs - r);
                blocks.load(order, m, Blocks.index(order, m, r, p), n, w, x, 0, w);
                for (int k = 0; k < n; k++) {
                    for (int e = 0; e < w; e++) {
                        sums[e] += Math.abs(x[k * w + e]);
                    }
                }
            }
            largest = Math.max(largest, Scaling.maxAbs(w, sums));
        }
        return largest;
    }

    private double trace(Matrix m) {
        int n = Math.min(m.rows(), m.columns());
        if (n == 0) {
            return 0;
        }
        double[] sums = partials.of(n);
        for (int i = 0; i < n; i++) {
            sums[i] = blocks.get(m, i, i);
        }
        return tree(n, sums);
    }
}
