package org.isospin.backend;

import org.isospin.Matrix;

/**
 * Reductions in F64: rows are summed from left to right, then row sums from top to bottom, whatever the matrix's order in
 * memory.
 */
final class HostReductions {
    private final Rows rows;
    private double[] row = new double[0];
    private double[] sums = new double[0];

    HostReductions(Rows rows) {
        this.rows = rows;
    }

    double reduce(Reduction reduction, Matrix m) {
        row = Rows.grow(row, m.columns());
        return switch (reduction) {
            case FROBENIUS -> frobenius(m);
            case SUM_SQUARES -> sumSquares(m, 1);
            case MAX_ABS -> maxAbs(m);
            case NORM_1 -> norm1(m);
            case NORM_INF -> normInf(m);
            case TRACE -> trace(m);
        };
    }

    double dot(Matrix a, Matrix b) {
        row = Rows.grow(row, a.columns());
        sums = Rows.grow(sums, a.columns());
        double total = 0;
        for (int i = 0; i < a.rows(); i++) {
            rows.load(a, i, 0, a.columns(), row, 0);
            rows.load(b, i, 0, a.columns(), sums, 0);
            double sum = 0;
            for (int j = 0; j < a.columns(); j++) {
                sum = Math.fma(row[j], sums[j], sum);
            }
            total += sum;
        }
        return total;
    }

    /** Scaled by a power of two that brings the largest element near 1, so that it neither overflows nor underflows. */
    private double frobenius(Matrix m) {
        double largest = maxAbs(m);
        if (largest == 0 || Double.isNaN(largest) || Double.isInfinite(largest)) {
            return largest;
        }
        int exponent = Math.clamp(Math.getExponent(largest), -1000, 1000);
        return Math.scalb(Math.sqrt(sumSquares(m, Math.scalb(1.0, -exponent))), exponent);
    }

    private double sumSquares(Matrix m, double scale) {
        double total = 0;
        for (int i = 0; i < m.rows(); i++) {
            rows.load(m, i, 0, m.columns(), row, 0);
            double sum = 0;
            for (int j = 0; j < m.columns(); j++) {
                double x = scale * row[j];
                sum = Math.fma(x, x, sum);
            }
            total += sum;
        }
        return total;
    }

    private double maxAbs(Matrix m) {
        double max = 0;
        for (int i = 0; i < m.rows(); i++) {
            rows.load(m, i, 0, m.columns(), row, 0);
            for (int j = 0; j < m.columns(); j++) {
                max = Math.max(max, Math.abs(row[j]));
            }
        }
        return max;
    }

    private double norm1(Matrix m) {
        sums = Rows.grow(sums, m.columns());
        java.util.Arrays.fill(sums, 0, m.columns(), 0);
        for (int i = 0; i < m.rows(); i++) {
            rows.load(m, i, 0, m.columns(), row, 0);
            for (int j = 0; j < m.columns(); j++) {
                sums[j] += Math.abs(row[j]);
            }
        }
        double max = 0;
        for (int j = 0; j < m.columns(); j++) {
            max = Math.max(max, sums[j]);
        }
        return max;
    }

    private double normInf(Matrix m) {
        double max = 0;
        for (int i = 0; i < m.rows(); i++) {
            rows.load(m, i, 0, m.columns(), row, 0);
            double sum = 0;
            for (int j = 0; j < m.columns(); j++) {
                sum += Math.abs(row[j]);
            }
            max = Math.max(max, sum);
        }
        return max;
    }

    private static double trace(Matrix m) {
        double sum = 0;
        for (int i = 0; i < Math.min(m.rows(), m.columns()); i++) {
            sum += m.get(i, i);
        }
        return sum;
    }
}
