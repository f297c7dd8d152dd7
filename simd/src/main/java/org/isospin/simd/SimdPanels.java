package org.isospin.simd;

import java.util.Arrays;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.backend.Triangle;

/**
 * Small systems and LU panels: copied to dense F64 arrays, computed there whatever the matrix's type, and rounded once when
 * stored. Every element takes the FMAs of the plain Java kernels in their order, several of them in one pass over memory:
 * the bits are the same. Belongs to one thread.
 */
final class SimdPanels {
    /** Columns of an LU panel that are eliminated one by one before the others take all of them in one pass. */
    private static final int BLOCK = 8;

    /** Elements of right-hand sides that are solved at a time: they stay in the first cache. */
    private static final int SOLVED = 3 << 10;

    private final DenseBlocks blocks = new DenseBlocks();
    private final GaussJordan gaussJordan = new GaussJordan();
    private double[] panel = {};
    private double[] side = {};

    private static double[] grow(double[] array, long length) {
        return array.length >= length ? array : new double[Math.toIntExact(length)];
    }

    /** N ← (I − X)⁻¹X. */
    void resolventDelta(Matrix x) {
        int n = x.rows();
        int ld = GaussJordan.stride(n);
        int length = GaussJordan.rows(n) * ld;
        panel = grow(panel, length);
        Arrays.fill(panel, 0, length, 0);
        blocks.load(Order.ROW_MAJOR, x, 0, 0, n, n, panel, ld);
        DoubleLoops.scale(length, -1, panel, 0, panel, 0);
        gaussJordan.invert(n, panel);
        blocks.store(Order.ROW_MAJOR, x, 0, 0, n, n, panel, ld);
    }

    /** b ← t⁻¹·b for the columns from first to last. */
    void triangularSolve(Triangle triangle, Matrix t, Matrix b, int first, int last) {
        int n = t.rows();
        panel = grow(panel, (long) n * n);
        blocks.load(Order.ROW_MAJOR, t, 0, 0, n, n, panel, n);
        int wide = Math.min(Math.max(32, SOLVED / n), last - first);
        side = grow(side, (long) n * wide);
        for (int j = first; j < last; j += wide) {
            int w = Math.min(wide, last - j);
            loadColumns(b, j, n, w);
            solve(triangle, n, w);
            storeColumns(b, j, n, w);
        }
    }

    private void loadColumns(Matrix b, int j, int n, int w) {
        blocks.load(Order.ROW_MAJOR, b, 0, j, n, w, side, w);
    }

    private void storeColumns(Matrix b, int j, int n, int w) {
        blocks.store(Order.ROW_MAJOR, b, 0, j, n, w, side, w);
    }

    /** Substitutes in w right-hand sides. */
    private void solve(Triangle triangle, int n, int w) {
        boolean isLower = triangle == Triangle.LOWER || triangle == Triangle.UNIT_LOWER;
        boolean isUnit = triangle == Triangle.UNIT_LOWER || triangle == Triangle.UNIT_UPPER;
        for (int step = 0; step < n; step++) {
            int i = isLower ? step : n - 1 - step;
            int from = isLower ? 0 : i + 1;
            DoubleLoops.accumulate(w, step, -1, panel, i * n + from, side, from * w, w, side, i * w);
            if (!isUnit) {
                DoubleLoops.divide(w, panel[i * n + i], side, i * w);
            }
        }
    }

    /**
     * Factors a panel.
     *
     * @param rows receives the row exchanges
     * @param first position in rows, and the number of the panel's first row
     * @return the first column whose pivot is zero or not finite; −1 if there is none
     */
    int luPanel(Matrix a, int[] rows, int first) {
        int m = a.rows();
        int w = a.columns();
        panel = grow(panel, (long) m * w);
        double[] x = panel;
        blocks.load(Order.COLUMN_MAJOR, a, 0, 0, w, m, x, m);
        int failed = -1;
        for (int b = 0; b < w; b += BLOCK) {
            int next = Math.min(w, b + BLOCK);
            for (int j = b; j < next; j++) {
                int best = pivotRow(x, j * m, j, m);
                rows[first + j] = first + best;
                exchange(m, w, x, j, best);
                double pivot = x[j * m + j];
                if (failed < 0 && (pivot == 0 || !Double.isFinite(pivot))) {
                    failed = j;
                }
                // With a zero pivot the column is zero from here down: nothing to eliminate.
                if (pivot != 0) {
                    eliminate(m, j, next, pivot, x);
                }
            }
            for (int k = next; k < w; k++) {
                updateColumn(m, b, next, k, x);
            }
        }
        blocks.store(Order.COLUMN_MAJOR, a, 0, 0, w, m, x, m);
        return failed;
    }

    /** {@return the first row with the largest |x|, or the first NaN, which no pivoting could hide} */
    private static int pivotRow(double[] x, int column, int from, int to) {
        double largest = DoubleLoops.maxAbs(to - from, x, column + from);
        return from + DoubleLoops.indexOfAbs(to - from, largest, x, column + from);
    }

    private static void exchange(int m, int w, double[] x, int j, int best) {
        for (int k = 0; best != j && k < w; k++) {
            double swap = x[k * m + j];
            x[k * m + j] = x[k * m + best];
            x[k * m + best] = swap;
        }
    }

    /** Step j within its block. */
    private static void eliminate(int m, int j, int next, double pivot, double[] x) {
        int below = j * m + j + 1;
        DoubleLoops.divide(m - j - 1, pivot, x, below);
        for (int k = j + 1; k < next; k++) {
            DoubleLoops.axpy(m - j - 1, -x[k * m + j], x, below, x, k * m + j + 1);
        }
    }

    /** Steps b to next − 1 in a column behind their block. */
    private static void updateColumn(int m, int b, int next, int k, double[] x) {
        int column = k * m;
        for (int j = b; j < next; j++) {
            for (int i = j + 1; i < next; i++) {
                x[column + i] = Math.fma(-x[column + j], x[j * m + i], x[column + i]);
            }
        }
        DoubleLoops.accumulate(m - next, next - b, -1, x, column + b, x, b * m + next, m, x, column + next);
    }
}
