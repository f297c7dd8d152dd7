package org.isospin.backend;

import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;

/**
 * Element-wise operations in plain Java, a tile at a time: operands in the target's order by long strips, others
 * transposed in small squares. A tile is read before it is written, so an output may be an input.
 */
final class HostElementwise {
    /** Elements of a strip where every operand has the target's order. */
    private static final int STRIP = Blocks.TILE * Blocks.TILE;

    private final Blocks blocks;
    private final double[] x = new double[STRIP];
    private final double[] y = new double[STRIP];

    HostElementwise(Blocks blocks) {
        this.blocks = blocks;
    }

    private static int runs(Matrix m) {
        return m.order() == Order.ROW_MAJOR ? m.rows() : m.columns();
    }

    private static int length(Matrix m) {
        return m.order() == Order.ROW_MAJOR ? m.columns() : m.rows();
    }

    private void load(Order order, Matrix m, int run, int from, int runs, int length, double[] out) {
        blocks.load(order, m, Blocks.index(order, m, run, from), runs, length, out, 0, length);
    }

    private void store(Matrix m, int run, int from, int runs, int length, double[] in) {
        blocks.store(m.order(), m, Blocks.index(m.order(), m, run, from), runs, length, in, 0, length);
    }

    void copy(Matrix source, Matrix target) {
        Order order = target.order();
        int runs = runs(target);
        int length = length(target);
        if (source.order() == order && source.dtype() == target.dtype()) {
            copyBytes(source, target, runs, length);
            return;
        }
        int tall = source.order() == order ? 1 : Blocks.TILE;
        int wide = STRIP / tall;
        for (int r = 0; r < runs; r += tall) {
            int n = Math.min(tall, runs - r);
            for (int p = 0; p < length; p += wide) {
                int w = Math.min(wide, length - p);
                load(order, source, r, p, n, w, x);
                store(target, r, p, n, w, x);
            }
        }
    }

    private static void copyBytes(Matrix source, Matrix target, int runs, int length) {
        long size = target.dtype().bytes();
        boolean isDense = source.stride() == length && target.stride() == length;
        int steps = isDense ? Math.min(runs, 1) : runs;
        long bytes = (isDense ? (long) runs * length : length) * size;
        for (int r = 0; r < steps && bytes > 0; r++) {
            MemorySegment.copy(
                    source.segment(),
                    source.byteOffset() + r * source.stride() * size,
                    target.segment(),
                    target.byteOffset() + r * target.stride() * size,
                    bytes);
        }
    }

    void fill(Matrix target, double value) {
        int runs = runs(target);
        int length = length(target);
        Arrays.fill(x, 0, Math.min(STRIP, length), value);
        for (int r = 0; r < runs; r++) {
            for (int p = 0; p < length; p += STRIP) {
                store(target, r, p, 1, Math.min(STRIP, length - p), x);
            }
        }
    }

    /** The factor is used as it is; the product is rounded once. */
    void scale(double alpha, Matrix source, Matrix target) {
        Order order = target.order();
        int runs = runs(target);
        int length = length(target);
        int tall = source.order() == order ? 1 : Blocks.TILE;
        int wide = STRIP / tall;
        for (int r = 0; r < runs; r += tall) {
            int n = Math.min(tall, runs - r);
            for (int p = 0; p < length; p += wide) {
                int w = Math.min(wide, length - p);
                load(order, source, r, p, n, w, x);
                for (int i = 0; i < n * w; i++) {
                    x[i] *= alpha;
                }
                store(target, r, p, n, w, x);
            }
        }
    }

    void combine(double alpha, Matrix a, double beta, Matrix b, double shift, Matrix out) {
        Order order = out.order();
        int runs = runs(out);
        int length = length(out);
        int tall = a.order() == order && b.order() == order ? 1 : Blocks.TILE;
        int wide = STRIP / tall;
        boolean isDouble = out.dtype().computeType() == DType.F64;
        for (int r = 0; r < runs; r += tall) {
            int n = Math.min(tall, runs - r);
            for (int p = 0; p < length; p += wide) {
                int w = Math.min(wide, length - p);
                load(order, a, r, p, n, w, x);
                load(order, b, r, p, n, w, y);
                if (isDouble) {
                    combine(n * w, alpha, beta);
                } else {
                    combine(n * w, (float) alpha, (float) beta);
                }
                if (shift != 0) {
                    for (int i = Math.max(r, p); i < Math.min(r + n, p + w); i++) {
                        int at = (i - r) * w + i - p;
                        x[at] = isDouble ? x[at] + shift : (float) x[at] + (float) shift;
                    }
                }
                store(out, r, p, n, w, x);
            }
        }
    }

    private void combine(int n, double alpha, double beta) {
        for (int i = 0; i < n; i++) {
            x[i] = Math.fma(alpha, x[i], beta * y[i]);
        }
    }

    private void combine(int n, float alpha, float beta) {
        for (int i = 0; i < n; i++) {
            x[i] = Math.fma(alpha, (float) x[i], beta * (float) y[i]);
        }
    }

    /** Changes n elements of x by as many of y. */
    @FunctionalInterface
    private interface Pairwise {
        void apply(int n, double[] x, double[] y);
    }

    void multiply(Matrix a, Matrix b, Matrix out) {
        pairwise(a, b, out, (n, p, q) -> {
            for (int i = 0; i < n; i++) {
                p[i] *= q[i];
            }
        });
    }

    void divide(Matrix a, Matrix b, Matrix out) {
        pairwise(a, b, out, (n, p, q) -> {
            for (int i = 0; i < n; i++) {
                p[i] /= q[i];
            }
        });
    }

    void divideByRoot(double alpha, Matrix a, double beta, Matrix b, double epsilon, Matrix out) {
        pairwise(a, b, out, (n, p, q) -> {
            for (int i = 0; i < n; i++) {
                p[i] = alpha * p[i] / (Math.sqrt(beta * q[i]) + epsilon);
            }
        });
    }

    void pairPotential(PairPotential potential, Matrix cosines, Matrix out) {
        pairwise(cosines, cosines, out, (n, p, q) -> {
            for (int i = 0; i < n; i++) {
                p[i] = potential.value(q[i]);
            }
        });
    }

    void pairSlope(PairPotential potential, Matrix cosines, Matrix out) {
        pairwise(cosines, cosines, out, (n, p, q) -> {
            for (int i = 0; i < n; i++) {
                p[i] = potential.slope(q[i]);
            }
        });
    }

    private void pairwise(Matrix a, Matrix b, Matrix out, Pairwise operation) {
        Order order = out.order();
        int runs = runs(out);
        int length = length(out);
        int tall = a.order() == order && b.order() == order ? 1 : Blocks.TILE;
        int wide = STRIP / tall;
        for (int r = 0; r < runs; r += tall) {
            int n = Math.min(tall, runs - r);
            for (int p = 0; p < length; p += wide) {
                int w = Math.min(wide, length - p);
                load(order, a, r, p, n, w, x);
                load(order, b, r, p, n, w, y);
                operation.apply(n * w, x, y);
                store(out, r, p, n, w, x);
            }
        }
    }

    void scaleRows(Matrix weights, Matrix source, Matrix target) {
        int rows = target.rows();
        int columns = target.columns();
        for (int i = 0; i < rows; i += Blocks.TILE) {
            int n = Math.min(Blocks.TILE, rows - i);
            blocks.load(Order.COLUMN_MAJOR, weights, weights.index(i, 0), 1, n, y, 0, n);
            for (int j = 0; j < columns; j += Blocks.TILE) {
                int w = Math.min(Blocks.TILE, columns - j);
                blocks.load(Order.ROW_MAJOR, source, source.index(i, j), n, w, x, 0, w);
                for (int e = 0; e < n * w; e++) {
                    double weight = y[e / w];
                    x[e] = weight == 0 ? 0 : weight * x[e];
                }
                blocks.store(Order.ROW_MAJOR, target, target.index(i, j), n, w, x, 0, w);
            }
        }
    }

    void addDiagonal(double shift, Matrix target) {
        boolean isDouble = target.dtype().computeType() == DType.F64;
        int n = Math.min(target.rows(), target.columns());
        for (int i = 0; i < n; i++) {
            double old = blocks.get(target, i, i);
            blocks.set(target, i, i, isDouble ? old + shift : (float) old + (float) shift);
        }
    }

    void flipColumns(Matrix source, Matrix signs, Matrix target) {
        int rows = target.rows();
        int columns = target.columns();
        for (int j = 0; j < columns; j += Blocks.TILE) {
            int w = Math.min(Blocks.TILE, columns - j);
            blocks.load(Order.ROW_MAJOR, signs, signs.index(0, j), 1, w, y, 0, w);
            for (int i = 0; i < rows; i += Blocks.TILE) {
                int n = Math.min(Blocks.TILE, rows - i);
                blocks.load(Order.ROW_MAJOR, source, source.index(i, j), n, w, x, 0, w);
                for (int e = 0; e < n * w; e++) {
                    x[e] = y[e % w] < 0 ? -x[e] : x[e];
                }
                blocks.store(Order.ROW_MAJOR, target, target.index(i, j), n, w, x, 0, w);
            }
        }
    }

    void gatherRows(Matrix source, int[] rows, Matrix target) {
        int columns = target.columns();
        for (int i = 0; i < target.rows(); i++) {
            for (int j = 0; j < columns; j += STRIP) {
                int w = Math.min(STRIP, columns - j);
                blocks.load(Order.ROW_MAJOR, source, source.index(rows[i], j), 1, w, x, 0, w);
                blocks.store(Order.ROW_MAJOR, target, target.index(i, j), 1, w, x, 0, w);
            }
        }
    }

    void copyDiagonal(Matrix source, Matrix target) {
        for (int i = 0; i < target.columns(); i++) {
            blocks.set(target, 0, i, blocks.get(source, i, i));
        }
    }

    void gaussian(long seed, Matrix target) {
        int rows = target.rows();
        int columns = target.columns();
        for (int i = 0; i < rows; i += Blocks.TILE) {
            int n = Math.min(Blocks.TILE, rows - i);
            for (int j = 0; j < columns; j += Blocks.TILE) {
                int w = Math.min(Blocks.TILE, columns - j);
                for (int r = 0; r < n; r++) {
                    Gaussian.fill(seed, (long) (i + r) * columns + j, w, x, r * w);
                }
                blocks.store(Order.ROW_MAJOR, target, target.index(i, j), n, w, x, 0, w);
            }
        }
    }

    void roundStochastically(long seed, Matrix source, Matrix target) {
        int rows = target.rows();
        int columns = target.columns();
        for (int i = 0; i < rows; i += Blocks.TILE) {
            int n = Math.min(Blocks.TILE, rows - i);
            for (int j = 0; j < columns; j += Blocks.TILE) {
                int w = Math.min(Blocks.TILE, columns - j);
                blocks.load(Order.ROW_MAJOR, source, source.index(i, j), n, w, x, 0, w);
                for (int r = 0; r < n; r++) {
                    StochasticRounding.round(target.dtype(), seed, (long) (i + r) * columns + j, w, x, r * w);
                }
                blocks.store(Order.ROW_MAJOR, target, target.index(i, j), n, w, x, 0, w);
            }
        }
    }
}
