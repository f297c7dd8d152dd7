package org.isospin.backend;

import org.isospin.Matrix;

/**
 * Panels and small systems, computed in F64 whatever the matrix's type and rounded once: they cost little beside the
 * products around them, and their accuracy is what the whole factorization inherits.
 *
 * <p>Panels are held by columns, so that each step runs along memory.
 */
final class HostPanels {
    /** From here on rotations of pairs take several times as long as a bidiagonalisation. */
    private static final int MOST_JACOBI_COLUMNS = 96;

    private final Rows rows;
    private final VectorOps ops;
    private double[] work = new double[0];
    private double[] other = new double[0];
    private double[] sigma = new double[0];
    private double[] extra = new double[0];

    HostPanels(Rows rows, VectorOps ops) {
        this.rows = rows;
        this.ops = ops;
    }

    void triangularSolve(Triangle triangle, Matrix t, Matrix b) {
        int n = t.rows();
        int m = b.columns();
        work = Rows.grow(work, (long) n * n);
        other = Rows.grow(other, (long) n * m);
        rows.loadAll(t, work);
        rows.loadAll(b, other);
        boolean isLower = triangle == Triangle.LOWER || triangle == Triangle.UNIT_LOWER;
        boolean isUnit = triangle == Triangle.UNIT_LOWER || triangle == Triangle.UNIT_UPPER;
        for (int step = 0; step < n; step++) {
            int i = isLower ? step : n - 1 - step;
            for (int k = isLower ? 0 : i + 1; k < (isLower ? i : n); k++) {
                ops.axpy(m, -work[i * n + k], other, k * m, other, i * m);
            }
            if (!isUnit) {
                double pivot = work[i * n + i];
                for (int j = 0; j < m; j++) {
                    other[i * m + j] /= pivot;
                }
            }
        }
        rows.storeAll(other, b);
    }

    /** Right-looking elimination; returns 1 + the first column whose pivot is zero or not finite, or 0. */
    int luPanel(Matrix panel, int[] pivots, int first) {
        int m = panel.rows();
        int w = panel.columns();
        work = Rows.grow(work, (long) m * w);
        rows.loadAll(panel.transposed(), work);
        int failed = 0;
        for (int j = 0; j < w; j++) {
            int column = j * m;
            int pivot = j;
            double largest = Math.abs(work[column + j]);
            for (int i = j + 1; i < m; i++) {
                double size = Math.abs(work[column + i]);
                if (size > largest || (Double.isNaN(size) && !Double.isNaN(largest))) {
                    largest = size;
                    pivot = i;
                }
            }
            pivots[first + j] = first + pivot;
            if (pivot != j) {
                for (int c = 0; c < w; c++) {
                    double swap = work[c * m + j];
                    work[c * m + j] = work[c * m + pivot];
                    work[c * m + pivot] = swap;
                }
            }
            if (failed == 0 && !(largest > 0 && largest <= Double.MAX_VALUE)) {
                failed = 1 + first + j;
            }
            if (largest == 0) {
                continue;
            }
            double divisor = work[column + j];
            for (int i = j + 1; i < m; i++) {
                work[column + i] /= divisor;
            }
            for (int c = j + 1; c < w; c++) {
                ops.axpy(m - j - 1, -work[c * m + j], work, column + j + 1, work, c * m + j + 1);
            }
        }
        rows.storeAll(work, panel.transposed());
        return failed;
    }

    void swapRows(Matrix m, int[] pivots, int from, int to, SwapDirection direction) {
        work = Rows.grow(work, m.columns());
        other = Rows.grow(other, m.columns());
        for (int step = 0; step < to - from; step++) {
            int i = direction == SwapDirection.FORWARD ? from + step : to - 1 - step;
            int p = pivots[i];
            if (p != i) {
                rows.load(m, i, 0, m.columns(), work, 0);
                rows.load(m, p, 0, m.columns(), other, 0);
                rows.store(work, 0, m, p, 0, m.columns());
                rows.store(other, 0, m, i, 0, m.columns());
            }
        }
    }

    /** Row-oriented L·Lᵀ; returns 1 + the first row whose pivot is not positive, or 0. */
    int choleskyPanel(Matrix block, int first) {
        int n = block.rows();
        work = Rows.grow(work, (long) n * n);
        rows.loadAll(block, work);
        int failed = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j <= i; j++) {
                double rest = work[i * n + j] - ops.dot(j, work, i * n, work, j * n);
                if (i == j) {
                    if (failed == 0 && !(rest > 0 && rest <= Double.MAX_VALUE)) {
                        failed = 1 + first + i;
                    }
                    work[i * n + i] = Math.sqrt(rest);
                } else {
                    work[i * n + j] = rest / work[j * n + j];
                }
            }
            java.util.Arrays.fill(work, i * n + i + 1, (i + 1) * n, 0);
        }
        rows.storeAll(work, block);
        return failed;
    }

    void qrPanel(Matrix panel, Matrix t) {
        int m = panel.rows();
        int w = panel.columns();
        work = Rows.grow(work, (long) m * w);
        other = Rows.grow(other, (long) w * w);
        java.util.Arrays.fill(other, 0, w * w, 0);
        rows.loadAll(panel.transposed(), work);
        for (int j = 0; j < w; j++) {
            int length = m - j;
            int v = j * m + j;
            double tau = reflection(length, v);
            double diagonal = work[v];
            work[v] = 1;
            for (int c = j + 1; c < w && tau != 0; c++) {
                double projection = ops.dot(length, work, v, work, c * m + j);
                ops.axpy(length, -tau * projection, work, v, work, c * m + j);
            }
            // Column j of T: −τ·T·(Vᵀv) above the diagonal, τ on it (Schreiber and Van Loan, 1989).
            for (int k = 0; k < j; k++) {
                double projection = ops.dot(length, work, k * m + j, work, v);
                for (int i = 0; i <= k; i++) {
                    other[i * w + j] = Math.fma(-tau * projection, other[i * w + k], other[i * w + j]);
                }
            }
            other[j * w + j] = tau;
            work[v] = diagonal;
        }
        rows.storeAll(work, panel.transposed());
        rows.storeAll(other, t);
    }

    /**
     * Makes a column e₁·β by H = I − τvvᵀ, v₁ = 1: v below the first element, β in it; returns τ, 0 where nothing has to be
     * done. The norm is taken of the column scaled by a power of two, so squares neither overflow nor underflow.
     */
    private double reflection(int length, int at) {
        double largest = 0;
        for (int i = 1; i < length; i++) {
            largest = Math.max(largest, Math.abs(work[at + i]));
        }
        if (largest == 0) {
            return 0;
        }
        double alpha = work[at];
        int exponent = Math.clamp(Math.getExponent(Math.max(largest, Math.abs(alpha))), -1000, 1000);
        ops.scale(length, Math.scalb(1.0, -exponent), work, at);
        alpha = work[at];
        double norm = Math.sqrt(ops.dot(length, work, at, work, at));
        double beta = alpha > 0 ? -norm : norm;
        double tau = (beta - alpha) / beta;
        ops.scale(length - 1, 1 / (alpha - beta), work, at + 1);
        work[at] = Math.scalb(beta, exponent);
        return tau;
    }

    /**
     * N = (I − X)⁻¹X by Gauss–Jordan steps on I + T, T = −X, of which only T is stored. With p = 1 + t_kk a step turns t_kk
     * into 1/p − 1 = −t_kk/p, row k into t_kj/p, column k into −t_ik/p, and t_ij into t_ij − t_ik·t_kj/p; after the last one
     * I + T is the inverse, (I − X)⁻¹ = I + N. The identity is never added, so N is as accurate relative to X for tiny X as
     * for large ones.
     */
    void resolventDelta(Matrix x) {
        int n = x.rows();
        work = Rows.grow(work, (long) n * n);
        other = Rows.grow(other, n);
        rows.loadAll(x, work);
        for (int i = 0; i < n * n; i++) {
            work[i] = -work[i];
        }
        for (int k = 0; k < n; k++) {
            double t = work[k * n + k];
            double p = 1 + t;
            for (int j = 0; j < n; j++) {
                work[k * n + j] /= p;
            }
            work[k * n + k] = 0;
            for (int i = 0; i < n; i++) {
                double factor = work[i * n + k];
                if (i != k) {
                    work[i * n + k] = 0;
                    ops.axpy(n, -factor, work, k * n, work, i * n);
                    work[i * n + k] = -factor / p;
                }
            }
            work[k * n + k] = -t / p;
        }
        rows.storeAll(work, x);
    }

    boolean svd(Matrix a, Matrix u, Matrix s, Matrix v) {
        int m = a.rows();
        int n = a.columns();
        stage(a.transposed());
        other = Rows.grow(other, (long) n * n);
        sigma = Rows.grow(sigma, n);
        boolean converged;
        if (n <= MOST_JACOBI_COLUMNS) {
            converged = JacobiSvd.factor(m, n, work, sigma, other, ops);
        } else {
            extra = Rows.grow(extra, BidiagonalSvd.workLength(m, n));
            converged = BidiagonalSvd.factor(m, n, work, sigma, other, extra, ops);
        }
        rows.storeAll(work, u.transposed());
        rows.storeAll(other, v.transposed());
        rows.store(sigma, 0, s, 0, 0, n);
        return converged;
    }

    boolean singularValues(Matrix a, Matrix s) {
        stage(a.transposed());
        sigma = Rows.grow(sigma, a.columns());
        extra = Rows.grow(extra, BidiagonalSvd.workLength(a.rows(), a.columns()));
        boolean converged = BidiagonalSvd.singularValues(a.rows(), a.columns(), work, sigma, extra, ops);
        rows.store(sigma, 0, s, 0, 0, a.columns());
        return converged;
    }

    private void stage(Matrix m) {
        work = Rows.grow(work, m.elements());
        rows.loadAll(m, work);
    }
}
