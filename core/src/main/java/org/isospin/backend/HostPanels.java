package org.isospin.backend;

import java.util.Arrays;
import org.isospin.Matrix;
import org.isospin.Order;

/**
 * Panels and small systems in plain Java: copied to dense F64 arrays, factored there whatever the matrix's type, and
 * rounded once when stored.
 */
final class HostPanels {
    /** Elements of a right-hand side that are solved at a time. */
    private static final int SOLVED = 1 << 14;

    private final Blocks blocks;
    private final VectorOps ops;
    private final Buffer64 panel = new Buffer64();
    private final Buffer64 side = new Buffer64();

    HostPanels(Blocks blocks, VectorOps ops) {
        this.blocks = blocks;
        this.ops = ops;
    }

    void triangularSolve(Triangle triangle, Matrix t, Matrix b) {
        int n = t.rows();
        if (n == 0) {
            return;
        }
        double[] x = panel.of((long) n * n);
        blocks.load(Order.ROW_MAJOR, t, x);
        boolean isLower = triangle == Triangle.LOWER || triangle == Triangle.UNIT_LOWER;
        boolean isUnit = triangle == Triangle.UNIT_LOWER || triangle == Triangle.UNIT_UPPER;
        int wide = Math.min(Math.max(16, SOLVED / n), b.columns());
        double[] y = side.of((long) n * wide);
        for (int j = 0; j < b.columns(); j += wide) {
            int w = Math.min(wide, b.columns() - j);
            blocks.load(Order.ROW_MAJOR, b, b.index(0, j), n, w, y, 0, w);
            for (int step = 0; step < n; step++) {
                int i = isLower ? step : n - 1 - step;
                for (int k = isLower ? 0 : i + 1; k < (isLower ? i : n); k++) {
                    ops.axpy(w, -x[i * n + k], y, k * w, y, i * w);
                }
                if (!isUnit) {
                    divide(w, x[i * n + i], y, i * w);
                }
            }
            blocks.store(Order.ROW_MAJOR, b, b.index(0, j), n, w, y, 0, w);
        }
    }

    private static void divide(int n, double by, double[] x, int xo) {
        for (int i = 0; i < n; i++) {
            x[xo + i] /= by;
        }
    }

    void luPanel(Matrix a, Indices pivots, int first, Scalar status) {
        int m = a.rows();
        int w = a.columns();
        double[] x = panel.of((long) m * w);
        blocks.load(Order.COLUMN_MAJOR, a, x);
        int[] rows = HostIndices.of(pivots).values;
        for (int j = 0; j < w; j++) {
            int best = pivotRow(x, j * m, j, m);
            rows[first + j] = first + best;
            for (int k = 0; best != j && k < w; k++) {
                double swap = x[k * m + j];
                x[k * m + j] = x[k * m + best];
                x[k * m + best] = swap;
            }
            double pivot = x[j * m + j];
            if (pivot == 0 || !Double.isFinite(pivot)) {
                HostScalar.fail(status, 1 + first + j);
            }
            if (pivot == 0) {
                // The column is zero from here down: nothing to eliminate.
                continue;
            }
            int below = j * m + j + 1;
            divide(m - j - 1, pivot, x, below);
            for (int k = j + 1; k < w; k++) {
                ops.axpy(m - j - 1, -x[k * m + j], x, below, x, k * m + j + 1);
            }
        }
        blocks.store(Order.COLUMN_MAJOR, a, x);
    }

    /** {@return the first row with the largest |x|, or the first NaN, which no pivoting could hide} */
    private static int pivotRow(double[] x, int column, int from, int to) {
        int best = from;
        double largest = -1;
        for (int i = from; i < to; i++) {
            double size = Math.abs(x[column + i]);
            if (Double.isNaN(size)) {
                return i;
            }
            if (size > largest) {
                largest = size;
                best = i;
            }
        }
        return best;
    }

    void swapRows(Matrix m, Indices pivots, int from, int to, SwapDirection direction) {
        int[] rows = HostIndices.of(pivots).values;
        if (m.columns() == 0) {
            return;
        }
        if (m.order() == Order.ROW_MAJOR) {
            double[] x = panel.of(m.columns());
            double[] y = side.of(m.columns());
            for (int step = 0; step < to - from; step++) {
                int i = direction == SwapDirection.FORWARD ? from + step : to - 1 - step;
                if (rows[i] != i) {
                    blocks.load(Order.ROW_MAJOR, m, m.index(i, 0), 1, m.columns(), x, 0, 0);
                    blocks.load(Order.ROW_MAJOR, m, m.index(rows[i], 0), 1, m.columns(), y, 0, 0);
                    blocks.store(Order.ROW_MAJOR, m, m.index(i, 0), 1, m.columns(), y, 0, 0);
                    blocks.store(Order.ROW_MAJOR, m, m.index(rows[i], 0), 1, m.columns(), x, 0, 0);
                }
            }
            return;
        }
        double[] x = panel.of(m.rows());
        for (int j = 0; j < m.columns(); j++) {
            blocks.load(Order.COLUMN_MAJOR, m, m.index(0, j), 1, m.rows(), x, 0, 0);
            for (int step = 0; step < to - from; step++) {
                int i = direction == SwapDirection.FORWARD ? from + step : to - 1 - step;
                double swap = x[i];
                x[i] = x[rows[i]];
                x[rows[i]] = swap;
            }
            blocks.store(Order.COLUMN_MAJOR, m, m.index(0, j), 1, m.rows(), x, 0, 0);
        }
    }

    void choleskyPanel(Matrix block, int first, Scalar status) {
        int n = block.rows();
        double[] x = panel.of((long) n * n);
        blocks.load(Order.ROW_MAJOR, block, x);
        for (int j = 0; j < n; j++) {
            int row = j * n;
            double pivot = x[row + j] - ops.dot(j, x, row, x, row);
            if (!(pivot > 0 && pivot < Double.POSITIVE_INFINITY)) {
                HostScalar.fail(status, 1 + first + j);
            }
            double root = Math.sqrt(pivot);
            x[row + j] = root;
            Arrays.fill(x, row + j + 1, row + n, 0);
            for (int i = j + 1; i < n; i++) {
                x[i * n + j] = (x[i * n + j] - ops.dot(j, x, i * n, x, row)) / root;
            }
        }
        blocks.store(Order.ROW_MAJOR, block, x);
    }

    void qrPanel(Matrix a, Matrix t) {
        int m = a.rows();
        int w = a.columns();
        double[] x = panel.of((long) m * w);
        double[] factor = side.of((long) w * w);
        blocks.load(Order.COLUMN_MAJOR, a, x);
        Householder.factor(m, w, x, factor, ops);
        blocks.store(Order.COLUMN_MAJOR, a, x);
        blocks.store(Order.ROW_MAJOR, t, factor);
    }

    /**
     * With A = I + T, T = −X: A⁻¹ − I = (I − X)⁻¹X. Gauss–Jordan inverts A in place one pivot at a time; a diagonal element
     * of the array is 1 + t both before its step (of A) and after it (of A⁻¹), so t alone is kept: 1/(1 + t) − 1 is
     * −t/(1 + t). Nothing of size 1 is ever rounded away from a small t.
     */
    void resolventDelta(Matrix m) {
        int n = m.rows();
        double[] t = panel.of((long) n * n);
        blocks.load(Order.ROW_MAJOR, m, t);
        ops.scale(n * n, -1, t, 0);
        for (int k = 0; k < n; k++) {
            int pivotRow = k * n;
            double pivot = 1 + t[pivotRow + k];
            double delta = -t[pivotRow + k] / pivot;
            divide(n, pivot, t, pivotRow);
            // With 1/pivot there, one axpy also makes the new column −t/pivot.
            t[pivotRow + k] = 1 / pivot;
            for (int i = 0; i < n; i++) {
                if (i != k) {
                    double factor = t[i * n + k];
                    t[i * n + k] = 0;
                    ops.axpy(n, -factor, t, pivotRow, t, i * n);
                }
            }
            t[pivotRow + k] = delta;
        }
        blocks.store(Order.ROW_MAJOR, m, t);
    }
}
