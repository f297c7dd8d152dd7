package org.isospin.simd;

import java.util.Arrays;
import org.isospin.Matrix;
import org.isospin.Order;

/**
 * Sums aᵢₖ·vₖ of some rows of a matrix, each one chain of FMAs in ascending k: in vectors across rows where columns lie in
 * memory, as eight chains of scalars where rows do. Belongs to one thread.
 */
final class RowSums {
    /** Rows whose chains run side by side: enough to hide the latency of an FMA. */
    private static final int CHAINS = 8;

    /** Elements of a row that are read at a time. */
    private static final int DEPTH = FloatTile.AREA / CHAINS;

    /** The most rows of a call. */
    static final int ROWS = 256;

    /** Columns that are read at a time. */
    private static final int COLUMNS = FloatTile.AREA / ROWS;

    private final Runs runs = new Runs();
    private final FloatTile tile = new FloatTile(runs);
    private final DoubleTile wideTile = new DoubleTile(runs);
    private final float[] floats = new float[ROWS];

    /** out[i] ← row i of a, times v, summed in F64. */
    void sum(Matrix a, double[] v, int i, int rows, double[] out) {
        int depth = a.columns();
        Arrays.fill(out, i, i + rows, 0);
        if (a.order() == Order.COLUMN_MAJOR) {
            for (int k = 0; k < depth; k += COLUMNS) {
                int n = Math.min(COLUMNS, depth - k);
                wideTile.read(Order.COLUMN_MAJOR, a, k, i, n, rows);
                DoubleLoops.accumulate(rows, n, 1, v, k, wideTile.array, wideTile.offset, wideTile.stride, out, i);
            }
            return;
        }
        for (int r = i; r < i + rows; r += CHAINS) {
            int h = Math.min(CHAINS, i + rows - r);
            for (int k = 0; k < depth; k += DEPTH) {
                int n = Math.min(DEPTH, depth - k);
                wideTile.read(Order.ROW_MAJOR, a, r, k, h, n);
                if (h == CHAINS) {
                    chains(n, wideTile.array, wideTile.offset, wideTile.stride, v, k, out, r);
                } else {
                    for (int q = 0; q < h; q++) {
                        chain(n, wideTile.array, wideTile.offset + q * wideTile.stride, v, k, out, r + q);
                    }
                }
            }
        }
    }

    /** out[i] ← row i of a, times v, summed in F32. */
    void sum(Matrix a, float[] v, int i, int rows, double[] out) {
        int depth = a.columns();
        Arrays.fill(floats, 0, rows, 0);
        if (a.order() == Order.COLUMN_MAJOR) {
            for (int k = 0; k < depth; k += COLUMNS) {
                int n = Math.min(COLUMNS, depth - k);
                tile.read(Order.COLUMN_MAJOR, a, k, i, n, rows);
                FloatLoops.accumulate(rows, n, 1, v, k, tile.array, tile.offset, tile.stride, floats, 0);
            }
        } else {
            for (int r = 0; r < rows; r += CHAINS) {
                int h = Math.min(CHAINS, rows - r);
                for (int k = 0; k < depth; k += DEPTH) {
                    int n = Math.min(DEPTH, depth - k);
                    tile.read(Order.ROW_MAJOR, a, i + r, k, h, n);
                    if (h == CHAINS) {
                        chains(n, tile.array, tile.offset, tile.stride, v, k, floats, r);
                    } else {
                        for (int q = 0; q < h; q++) {
                            chain(n, tile.array, tile.offset + q * tile.stride, v, k, floats, r + q);
                        }
                    }
                }
            }
        }
        HalfConversion.floatToDouble(rows, floats, 0, out, i);
    }

    private static void chain(int n, double[] a, int ao, double[] v, int vo, double[] sums, int at) {
        double sum = sums[at];
        for (int k = 0; k < n; k++) {
            sum = Math.fma(a[ao + k], v[vo + k], sum);
        }
        sums[at] = sum;
    }

    private static void chain(int n, float[] a, int ao, float[] v, int vo, float[] sums, int at) {
        float sum = sums[at];
        for (int k = 0; k < n; k++) {
            sum = Math.fma(a[ao + k], v[vo + k], sum);
        }
        sums[at] = sum;
    }

    private static void chains(int n, double[] a, int a0, int ld, double[] v, int vo, double[] sums, int at) {
        int a1 = a0 + ld;
        int a2 = a1 + ld;
        int a3 = a2 + ld;
        int a4 = a3 + ld;
        int a5 = a4 + ld;
        int a6 = a5 + ld;
        int a7 = a6 + ld;
        double s0 = sums[at];
        double s1 = sums[at + 1];
        double s2 = sums[at + 2];
        double s3 = sums[at + 3];
        double s4 = sums[at + 4];
        double s5 = sums[at + 5];
        double s6 = sums[at + 6];
        double s7 = sums[at + 7];
        for (int k = 0; k < n; k++) {
            double x = v[vo + k];
            s0 = Math.fma(a[a0 + k], x, s0);
            s1 = Math.fma(a[a1 + k], x, s1);
            s2 = Math.fma(a[a2 + k], x, s2);
            s3 = Math.fma(a[a3 + k], x, s3);
            s4 = Math.fma(a[a4 + k], x, s4);
            s5 = Math.fma(a[a5 + k], x, s5);
            s6 = Math.fma(a[a6 + k], x, s6);
            s7 = Math.fma(a[a7 + k], x, s7);
        }
        sums[at] = s0;
        sums[at + 1] = s1;
        sums[at + 2] = s2;
        sums[at + 3] = s3;
        sums[at + 4] = s4;
        sums[at + 5] = s5;
        sums[at + 6] = s6;
        sums[at + 7] = s7;
    }

    private static void chains(int n, float[] a, int a0, int ld, float[] v, int vo, float[] sums, int at) {
        int a1 = a0 + ld;
        int a2 = a1 + ld;
        int a3 = a2 + ld;
        int a4 = a3 + ld;
        int a5 = a4 + ld;
        int a6 = a5 + ld;
        int a7 = a6 + ld;
        float s0 = sums[at];
        float s1 = sums[at + 1];
        float s2 = sums[at + 2];
        float s3 = sums[at + 3];
        float s4 = sums[at + 4];
        float s5 = sums[at + 5];
        float s6 = sums[at + 6];
        float s7 = sums[at + 7];
        for (int k = 0; k < n; k++) {
            float x = v[vo + k];
            s0 = Math.fma(a[a0 + k], x, s0);
            s1 = Math.fma(a[a1 + k], x, s1);
            s2 = Math.fma(a[a2 + k], x, s2);
            s3 = Math.fma(a[a3 + k], x, s3);
            s4 = Math.fma(a[a4 + k], x, s4);
            s5 = Math.fma(a[a5 + k], x, s5);
            s6 = Math.fma(a[a6 + k], x, s6);
            s7 = Math.fma(a[a7 + k], x, s7);
        }
        sums[at] = s0;
        sums[at + 1] = s1;
        sums[at + 2] = s2;
        sums[at + 3] = s3;
        sums[at + 4] = s4;
        sums[at + 5] = s5;
        sums[at + 6] = s6;
        sums[at + 7] = s7;
    }
}
