package org.isospin.bench.accuracy;

import org.isospin.Matrix;

/**
 * A square matrix of numbers hi + lo, about 106 bits each (Dekker 1971, Ogita, Rump and Oishi 2005): a sum of n products is
 * off by about n·2⁻¹⁰⁶ of the sum of their magnitudes.
 */
final class WideMatrix {
    private final int n;
    private final double[] hi;
    private final double[] lo;

    private WideMatrix(int n) {
        this.n = n;
        hi = new double[n * n];
        lo = new double[n * n];
    }

    /** {@return a copy of a square matrix, exact} */
    static WideMatrix of(Matrix m) {
        WideMatrix out = new WideMatrix(m.rows());
        m.copyTo(Matrix.wrap(out.hi, m.rows(), m.columns()));
        return out;
    }

    /** {@return factor·I} */
    static WideMatrix diagonal(int n, double factor) {
        WideMatrix out = new WideMatrix(n);
        for (int i = 0; i < n; i++) {
            out.hi[i * n + i] = factor;
        }
        return out;
    }

    int order() {
        return n;
    }

    /** {@return the nearest matrix of F64, or of the type of {@code out} where that is narrower} */
    Matrix to(Matrix out) {
        // Rounded twice where the type is narrower: off by a part of 10⁻⁸ more than half an ulp, at most.
        Matrix.wrap(hi, n, n).copyTo(out);
        return out;
    }

    /** {@return this·other} */
    WideMatrix times(WideMatrix other) {
        WideMatrix out = new WideMatrix(n);
        for (int i = 0; i < n; i++) {
            double[] sums = new double[n];
            double[] rests = new double[n];
            for (int k = 0; k < n; k++) {
                addProducts(hi[i * n + k], lo[i * n + k], other, k * n, sums, rests);
            }
            for (int j = 0; j < n; j++) {
                out.set(i * n + j, sums[j], rests[j]);
            }
        }
        return out;
    }

    /** Adds a row times a number to sums whose rounding errors go to rests: a loop that compiles to vectors. */
    private static void addProducts(double high, double low, WideMatrix b, int row, double[] sums, double[] rests) {
        double[] highs = b.hi;
        double[] lows = b.lo;
        for (int j = 0; j < sums.length; j++) {
            double product = high * highs[row + j];
            double next = sums[j] + product;
            double part = next - sums[j];
            rests[j] += Math.fma(high, highs[row + j], -product)
                    + ((sums[j] - (next - part)) + (product - part))
                    + (high * lows[row + j] + low * highs[row + j]);
            sums[j] = next;
        }
    }

    private void set(int at, double sum, double rest) {
        hi[at] = sum + rest;
        lo[at] = rest - (hi[at] - sum);
    }

    /** {@return this + (high + low)·other} */
    WideMatrix plus(double high, double low, WideMatrix other) {
        WideMatrix out = new WideMatrix(n);
        for (int i = 0; i < hi.length; i++) {
            double product = high * other.hi[i];
            double sum = hi[i] + product;
            double part = sum - hi[i];
            double error = (hi[i] - (sum - part)) + (product - part);
            double rest = Math.fma(high, other.hi[i], -product) + high * other.lo[i] + low * other.hi[i];
            out.set(i, sum, error + (lo[i] + rest));
        }
        return out;
    }

    /** {@return this + factor·other} */
    WideMatrix plus(double factor, WideMatrix other) {
        return plus(factor, 0, other);
    }

    /** {@return factor·this, for a power of two} */
    WideMatrix scaled(double factor) {
        WideMatrix out = new WideMatrix(n);
        for (int i = 0; i < hi.length; i++) {
            out.hi[i] = factor * hi[i];
            out.lo[i] = factor * lo[i];
        }
        return out;
    }

    /** {@return the transpose} */
    WideMatrix transposed() {
        WideMatrix out = new WideMatrix(n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                out.hi[j * n + i] = hi[i * n + j];
                out.lo[j * n + i] = lo[i * n + j];
            }
        }
        return out;
    }

    /** {@return the Frobenius norm, summed in F64} */
    double frobenius() {
        double sum = 0;
        for (double x : hi) {
            sum += x * x;
        }
        return Math.sqrt(sum);
    }

    /** {@return ‖this − other‖_F, the difference formed before it is rounded} */
    double distance(WideMatrix other) {
        return plus(-1, other).frobenius();
    }

    /** {@return ‖thisᵀ·this − I‖_F, the difference formed before it is rounded} */
    double orthogonalityDefect() {
        return transposed().times(this).distance(diagonal(n, 1));
    }
}
