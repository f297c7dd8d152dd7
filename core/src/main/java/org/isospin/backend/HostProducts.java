package org.isospin.backend;

import org.isospin.Matrix;
import org.isospin.MatrixBatch;

/**
 * Matrix products as the contract defines them: each element's sum runs over ascending k, one fused multiply-add a term,
 * in the accumulator's type; α and β are applied to the finished sum.
 */
final class HostProducts {
    private final Rows rows;
    private double[] right = new double[0];
    private double[] left = new double[0];
    private double[] addend = new double[0];
    private double[] sums = new double[0];
    private float[] singleRight = new float[0];
    private float[] singleSums = new float[0];

    HostProducts(Rows rows) {
        this.rows = rows;
    }

    void gemm(Arithmetic arithmetic, double alpha, Matrix a, Matrix b, double beta, Matrix d, Matrix c) {
        prepare(arithmetic, a, b);
        for (int i = 0; i < c.rows(); i++) {
            row(arithmetic, alpha, a, beta, d, c, i, c.columns());
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
        prepare(arithmetic, a, b);
        boolean isSkew = symmetry == Symmetry.SKEW;
        for (int i = 0; i < c.rows(); i++) {
            row(arithmetic, alpha, a, beta, d, c, i, i + 1);
            if (isSkew) {
                c.set(i, i, 0);
            }
        }
        // Only now, because d may be c: its lower triangle was needed until here.
        for (int i = 0; i < c.rows(); i++) {
            rows.load(c, i, 0, i, sums, 0);
            for (int j = 0; j < i; j++) {
                c.set(j, i, isSkew ? -sums[j] : sums[j]);
            }
        }
    }

    void gemmBatched(Arithmetic arithmetic, double alpha, MatrixBatch a, MatrixBatch b, double beta, MatrixBatch c) {
        for (int i = 0; i < c.count(); i++) {
            Matrix out = c.get(i);
            gemm(arithmetic, alpha, a.get(i), b.get(i), beta, out, out);
        }
    }

    /** Reads b as rows of the accumulator's type. */
    private void prepare(Arithmetic arithmetic, Matrix a, Matrix b) {
        int n = b.columns();
        left = Rows.grow(left, a.columns());
        addend = Rows.grow(addend, n);
        sums = Rows.grow(sums, Math.max(n, b.rows()));
        right = Rows.grow(right, b.elements());
        rows.loadAll(b, right);
        if (arithmetic == Arithmetic.F32) {
            int elements = Math.toIntExact(b.elements());
            if (singleRight.length < elements) {
                singleRight = new float[elements];
            }
            if (singleSums.length < n) {
                singleSums = new float[n];
            }
            for (int i = 0; i < elements; i++) {
                singleRight[i] = (float) right[i];
            }
        }
    }

    /** c(i, 0 … width − 1). */
    private void row(
            Arithmetic arithmetic, double alpha, Matrix a, double beta, Matrix d, Matrix c, int i, int width) {
        rows.load(a, i, 0, a.columns(), left, 0);
        if (beta != 0) {
            rows.load(d, i, 0, width, addend, 0);
        }
        if (arithmetic == Arithmetic.F32) {
            sumSingle(a.columns(), width, c.columns());
            finishSingle((float) alpha, (float) beta, width);
        } else {
            sumDouble(a.columns(), width, c.columns());
            finishDouble(alpha, beta, width);
        }
        rows.store(sums, 0, c, i, 0, width);
    }

    private void sumSingle(int depth, int width, int pitch) {
        java.util.Arrays.fill(singleSums, 0, width, 0);
        for (int k = 0; k < depth; k++) {
            float factor = (float) left[k];
            for (int j = 0; j < width; j++) {
                singleSums[j] = Math.fma(factor, singleRight[k * pitch + j], singleSums[j]);
            }
        }
    }

    private void finishSingle(float alpha, float beta, int width) {
        for (int j = 0; j < width; j++) {
            float product = alpha == 1 ? singleSums[j] : alpha * singleSums[j];
            sums[j] = beta == 0 ? product : Math.fma(alpha, singleSums[j], beta * (float) addend[j]);
        }
    }

    private void sumDouble(int depth, int width, int pitch) {
        java.util.Arrays.fill(sums, 0, width, 0);
        for (int k = 0; k < depth; k++) {
            double factor = left[k];
            for (int j = 0; j < width; j++) {
                sums[j] = Math.fma(factor, right[k * pitch + j], sums[j]);
            }
        }
    }

    private void finishDouble(double alpha, double beta, int width) {
        for (int j = 0; j < width; j++) {
            double product = alpha == 1 ? sums[j] : alpha * sums[j];
            sums[j] = beta == 0 ? product : Math.fma(alpha, sums[j], beta * addend[j]);
        }
    }
}
