package org.isospin.simd;

import java.util.Arrays;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.backend.Reduction;

/**
 * Reductions in F64 whose order the shape alone decides, not the width of vectors, the order in memory, a stride or a
 * thread.
 *
 * <p>Sums of products: rows are cut into strips of 1024 elements, each is summed by {@link Sums}, the partial sums are added
 * as a balanced tree. Row and column sums of magnitudes: each is added one element after the other, all side by side.
 * Belongs to one thread; leaves no garbage.
 */
final class SimdReductions {
    /** Elements of a row that make one partial sum. */
    private static final int STRIP = 1024;

    /** Rows loaded at a time where they have to be transposed. */
    private static final int TALL = 32;

    /** A sum of squares from here to infinity has lost nothing to underflow that its 53 bits could show. */
    private static final double TRUSTED = 0x1p-900;

    private final Runs runs = new Runs();
    private final FloatTile tile32 = new FloatTile(runs);
    private final DoubleTile tile = new DoubleTile(runs);
    private double[] first = {};
    private double[] second = {};
    private double[] partials = {};

    private static double[] grow(double[] array, long length) {
        return array.length >= length ? array : new double[Math.toIntExact(length)];
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
        double factor = Math.scalb(1.0, Math.clamp(-Math.getExponent(largest), -1000, 1000));
        return Math.sqrt(dot(m, m, factor)) / factor;
    }

    /** {@return Σ (factor·a)·(factor·b)} */
    private double dot(Matrix a, Matrix b, double factor) {
        int rows = a.rows();
        int columns = a.columns();
        int strips = (columns + STRIP - 1) / STRIP;
        double[] sums = grow(partials, (long) rows * strips);
        partials = sums;
        boolean isScaled = factor != 1;
        if (a.order() == Order.ROW_MAJOR
                && b.order() == Order.ROW_MAJOR
                && a.arrayOrNull() instanceof float[] x
                && b.arrayOrNull() instanceof float[] y
                && !isScaled) {
            for (int i = 0; i < rows; i++) {
                for (int s = 0; s < strips; s++) {
                    int j = s * STRIP;
                    int w = Math.min(STRIP, columns - j);
                    int xo = a.arrayOffset() + (int) a.index(i, j);
                    sums[i * strips + s] = Sums.dot(w, x, xo, y, b.arrayOffset() + (int) b.index(i, j));
                }
            }
        } else if (a.order() == Order.ROW_MAJOR
                && b.order() == Order.ROW_MAJOR
                && a.arrayOrNull() instanceof double[] x
                && b.arrayOrNull() instanceof double[] y
                && !isScaled) {
            for (int i = 0; i < rows; i++) {
                for (int s = 0; s < strips; s++) {
                    int j = s * STRIP;
                    int w = Math.min(STRIP, columns - j);
                    int xo = a.arrayOffset() + (int) a.index(i, j);
                    sums[i * strips + s] = Sums.dot(w, x, xo, y, b.arrayOffset() + (int) b.index(i, j));
                }
            }
        } else {
            dotStaged(a, b, factor, strips, sums);
        }
        return tree(rows * strips, sums);
    }

    private void dotStaged(Matrix a, Matrix b, double factor, int strips, double[] sums) {
        int rows = a.rows();
        int columns = a.columns();
        int wide = Math.min(STRIP, columns);
        int tall = Math.min(rows, Math.max(TALL, TALL * STRIP / wide));
        boolean isSquare = a.equals(b);
        first = grow(first, (long) tall * wide);
        second = isSquare ? second : grow(second, (long) tall * wide);
        for (int i = 0; i < rows; i += tall) {
            int n = Math.min(tall, rows - i);
            for (int s = 0; s < strips; s++) {
                int j = s * STRIP;
                int w = Math.min(STRIP, columns - j);
                load(Order.ROW_MAJOR, a, i, j, n, w, factor, first);
                if (!isSquare) {
                    load(Order.ROW_MAJOR, b, i, j, n, w, factor, second);
                }
                for (int r = 0; r < n; r++) {
                    sums[(i + r) * strips + s] = Sums.dot(w, first, r * w, isSquare ? first : second, r * w);
                }
            }
        }
    }

    /** Loads a block densely, times a power of two. */
    private void load(Order order, Matrix m, int run, int position, int h, int w, double factor, double[] out) {
        if (m.order() == order) {
            for (int r = 0; r < h; r++) {
                runs.load(m, DoubleTile.index(order, m, run + r, position), w, out, r * w);
            }
        } else {
            for (int r = 0; r < h; r += DoubleTile.SIDE) {
                int height = Math.min(DoubleTile.SIDE, h - r);
                for (int p = 0; p < w; p += DoubleTile.SIDE) {
                    int length = Math.min(DoubleTile.SIDE, w - p);
                    tile.read(order, m, run + r, position + p, height, length);
                    for (int k = 0; k < height; k++) {
                        System.arraycopy(tile.array, k * length, out, (r + k) * w + p, length);
                    }
                }
            }
        }
        if (factor != 1) {
            DoubleLoops.scale(h * w, factor, out, 0, out, 0);
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

    /** Math.max keeps a NaN. */
    private double maxAbs(Matrix m) {
        Order order = m.order();
        int runs = SimdElementwise.runs(m);
        int length = SimdElementwise.length(m);
        int wide = Math.min(FloatTile.AREA, length);
        double largest = 0;
        for (int r = 0; r < runs; r++) {
            for (int p = 0; p < length; p += wide) {
                int w = Math.min(wide, length - p);
                if (m.dtype() == DType.F64) {
                    tile.read(order, m, r, p, 1, w);
                    largest = Math.max(largest, DoubleLoops.maxAbs(w, tile.array, tile.offset));
                } else {
                    tile32.read(order, m, r, p, 1, w);
                    largest = Math.max(largest, FloatLoops.maxAbs(w, tile32.array, tile32.offset));
                }
            }
        }
        return largest;
    }

    /** {@return the largest sum of |x| across the runs of an order, added in ascending order of runs} */
    private double norm1(Order order, Matrix m) {
        int runs = order == Order.ROW_MAJOR ? m.rows() : m.columns();
        int length = order == Order.ROW_MAJOR ? m.columns() : m.rows();
        boolean isTurned = m.order() != order;
        int wide = Math.min(isTurned ? FloatTile.SIDE : STRIP, length);
        int tall = FloatTile.AREA / wide;
        double[] sums = grow(partials, wide);
        partials = sums;
        double largest = 0;
        for (int p = 0; p < length; p += wide) {
            int w = Math.min(wide, length - p);
            Arrays.fill(sums, 0, w, 0);
            for (int r = 0; r < runs; r += tall) {
                int n = Math.min(tall, runs - r);
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
            largest = Math.max(largest, DoubleLoops.maxAbs(w, sums, 0));
        }
        return largest;
    }

    private double trace(Matrix m) {
        int n = Math.min(m.rows(), m.columns());
        double[] sums = grow(partials, n);
        partials = sums;
        for (int i = 0; i < n; i++) {
            runs.load(m, m.index(i, i), 1, sums, i);
        }
        return tree(n, sums);
    }
}
