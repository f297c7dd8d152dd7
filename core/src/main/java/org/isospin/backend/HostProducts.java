package org.isospin.backend;

import java.util.Arrays;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.MatrixBatch;
import org.isospin.Order;

/**
 * Matrix products in plain Java: every element is one chain of FMAs in ascending k, in the accumulator's type, whatever
 * the blocks; then α·sum + β·d as {@code fma(α, sum, β·d)}, rounded once to the output's type.
 *
 * <p>Blocks of both operands are copied to dense arrays, so that any layout runs at the same speed.
 */
final class HostProducts {
    /** Rows, columns and depth of a block: three blocks fit the second-level cache. */
    private static final int BLOCK = 128;

    private final Blocks blocks;
    private final Buffer64 packedA = new Buffer64();
    private final Buffer64 packedB = new Buffer64();
    private final Buffer64 product = new Buffer64();
    private final Buffer64 addend = new Buffer64();
    private float[] floatA = {};
    private float[] floatB = {};
    private float[] floatSum = {};

    HostProducts(Blocks blocks) {
        this.blocks = blocks;
    }

    void gemm(Arithmetic arithmetic, double alpha, Matrix a, Matrix b, double beta, Matrix d, Matrix c) {
        gemm(arithmetic, alpha, a, 0, b, 0, beta, d, 0, c, 0);
    }

    void gemmBatched(Arithmetic arithmetic, double alpha, MatrixBatch a, MatrixBatch b, double beta, MatrixBatch c) {
        for (int i = 0; i < c.count(); i++) {
            long shift = i * c.batchStride();
            gemm(
                    arithmetic,
                    alpha,
                    a.first(),
                    i * a.batchStride(),
                    b.first(),
                    i * b.batchStride(),
                    beta,
                    c.first(),
                    shift,
                    c.first(),
                    shift);
        }
    }

    /** The shifts are added to every element's distance: they choose a matrix of a batch. */
    private void gemm(
            Arithmetic arithmetic,
            double alpha,
            Matrix a,
            long shiftA,
            Matrix b,
            long shiftB,
            double beta,
            Matrix d,
            long shiftD,
            Matrix c,
            long shiftC) {
        int m = c.rows();
        int n = c.columns();
        for (int i = 0; i < m; i += BLOCK) {
            int rows = Math.min(BLOCK, m - i);
            for (int j = 0; j < n; j += BLOCK) {
                int columns = Math.min(BLOCK, n - j);
                double[] out = multiply(arithmetic, a, shiftA, b, shiftB, i, rows, j, columns);
                finish(arithmetic, alpha, beta, d, beta == 0 ? 0 : d.index(i, j) + shiftD, rows, columns, out);
                blocks.store(Order.ROW_MAJOR, c, c.index(i, j) + shiftC, rows, columns, out, 0, columns);
            }
        }
    }

    void gemmt(
            Arithmetic arithmetic,
            Symmetry symmetry,
            double alpha,
            Matrix a,
            Matrix b,
            double beta,
            Matrix d,
            Matrix c) {
        int n = c.rows();
        double sign = symmetry == Symmetry.SKEW ? -1 : 1;
        for (int i = 0; i < n; i += BLOCK) {
            int rows = Math.min(BLOCK, n - i);
            for (int j = 0; j <= i; j += BLOCK) {
                int columns = Math.min(BLOCK, n - j);
                double[] out = multiply(arithmetic, a, 0, b, 0, i, rows, j, columns);
                finish(arithmetic, alpha, beta, d, d.index(i, j), rows, columns, out);
                if (i == j) {
                    mirror(symmetry, sign, rows, out);
                }
                blocks.store(Order.ROW_MAJOR, c, c.index(i, j), rows, columns, out, 0, columns);
                if (i > j) {
                    negateIf(sign < 0, rows * columns, out);
                    blocks.store(Order.COLUMN_MAJOR, c, c.index(j, i), rows, columns, out, 0, columns);
                }
            }
        }
    }

    private static void mirror(Symmetry symmetry, double sign, int n, double[] x) {
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < i; j++) {
                x[j * n + i] = sign * x[i * n + j];
            }
            if (symmetry == Symmetry.SKEW) {
                x[i * n + i] = 0;
            }
        }
    }

    private static void negateIf(boolean isSkew, int n, double[] x) {
        for (int i = 0; isSkew && i < n; i++) {
            x[i] = -x[i];
        }
    }

    /** Sums one block of a·b, dense and row-major. */
    private double[] multiply(
            Arithmetic arithmetic, Matrix a, long shiftA, Matrix b, long shiftB, int i, int rows, int j, int columns) {
        boolean isFloat = arithmetic.accumulator() == DType.F32;
        int depth = a.columns();
        int deepest = Math.min(depth, BLOCK);
        double[] pa = packedA.of((long) rows * deepest);
        double[] pb = packedB.of((long) deepest * columns);
        double[] sum = product.of((long) rows * columns);
        if (isFloat) {
            growFloats(rows * deepest, deepest * columns, rows * columns);
            Arrays.fill(floatSum, 0, rows * columns, 0);
        } else {
            Arrays.fill(sum, 0, rows * columns, 0);
        }
        for (int k = 0; k < depth; k += BLOCK) {
            int n = Math.min(BLOCK, depth - k);
            blocks.load(Order.ROW_MAJOR, a, a.index(i, k) + shiftA, rows, n, pa, 0, n);
            blocks.load(Order.ROW_MAJOR, b, b.index(k, j) + shiftB, n, columns, pb, 0, columns);
            if (isFloat) {
                narrow(rows * n, pa, floatA);
                narrow(n * columns, pb, floatB);
                for (int r = 0; r < rows; r++) {
                    row(n, floatA, r * n, floatB, columns, floatSum, r * columns);
                }
            } else {
                for (int r = 0; r < rows; r++) {
                    row(n, pa, r * n, pb, columns, sum, r * columns);
                }
            }
        }
        if (isFloat) {
            for (int e = 0; e < rows * columns; e++) {
                sum[e] = floatSum[e];
            }
        }
        return sum;
    }

    private void growFloats(int a, int b, int sum) {
        floatA = floatA.length < a ? new float[a] : floatA;
        floatB = floatB.length < b ? new float[b] : floatB;
        floatSum = floatSum.length < sum ? new float[sum] : floatSum;
    }

    private static void narrow(int n, double[] in, float[] out) {
        for (int i = 0; i < n; i++) {
            out[i] = (float) in[i];
        }
    }

    /** One row of sums += one row of a times b, four steps of k at a time to keep sums in registers. */
    private static void row(int depth, double[] a, int ao, double[] b, int n, double[] sum, int so) {
        int k = 0;
        for (; k + 3 < depth; k += 4) {
            double a0 = a[ao + k];
            double a1 = a[ao + k + 1];
            double a2 = a[ao + k + 2];
            double a3 = a[ao + k + 3];
            int b0 = k * n;
            int b1 = b0 + n;
            int b2 = b1 + n;
            int b3 = b2 + n;
            for (int j = 0; j < n; j++) {
                double s = Math.fma(a1, b[b1 + j], Math.fma(a0, b[b0 + j], sum[so + j]));
                sum[so + j] = Math.fma(a3, b[b3 + j], Math.fma(a2, b[b2 + j], s));
            }
        }
        for (; k < depth; k++) {
            double a0 = a[ao + k];
            for (int j = 0; j < n; j++) {
                sum[so + j] = Math.fma(a0, b[k * n + j], sum[so + j]);
            }
        }
    }

    private static void row(int depth, float[] a, int ao, float[] b, int n, float[] sum, int so) {
        int k = 0;
        for (; k + 3 < depth; k += 4) {
            float a0 = a[ao + k];
            float a1 = a[ao + k + 1];
            float a2 = a[ao + k + 2];
            float a3 = a[ao + k + 3];
            int b0 = k * n;
            int b1 = b0 + n;
            int b2 = b1 + n;
            int b3 = b2 + n;
            for (int j = 0; j < n; j++) {
                float s = Math.fma(a1, b[b1 + j], Math.fma(a0, b[b0 + j], sum[so + j]));
                sum[so + j] = Math.fma(a3, b[b3 + j], Math.fma(a2, b[b2 + j], s));
            }
        }
        for (; k < depth; k++) {
            float a0 = a[ao + k];
            for (int j = 0; j < n; j++) {
                sum[so + j] = Math.fma(a0, b[k * n + j], sum[so + j]);
            }
        }
    }

    /** x ← α·x + β·d in the accumulator's type. */
    private void finish(
            Arithmetic arithmetic, double alpha, double beta, Matrix d, long at, int rows, int columns, double[] x) {
        int n = rows * columns;
        boolean isFloat = arithmetic.accumulator() == DType.F32;
        if (beta == 0) {
            double factor = isFloat ? (float) alpha : alpha;
            for (int i = 0; alpha != 1 && i < n; i++) {
                // The product of two F32 is exact in F64, so this rounds once.
                x[i] = isFloat ? (float) (factor * x[i]) : factor * x[i];
            }
            return;
        }
        double[] y = addend.of(n);
        blocks.load(Order.ROW_MAJOR, d, at, rows, columns, y, 0, columns);
        if (isFloat) {
            for (int i = 0; i < n; i++) {
                x[i] = Math.fma((float) alpha, (float) x[i], (float) beta * (float) y[i]);
            }
        } else {
            for (int i = 0; i < n; i++) {
                x[i] = Math.fma(alpha, x[i], beta * y[i]);
            }
        }
    }
}
