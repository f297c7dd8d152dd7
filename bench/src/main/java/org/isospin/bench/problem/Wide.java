package org.isospin.bench.problem;

import java.util.random.RandomGenerator;
import org.isospin.Matrix;

/**
 * A vector of numbers hi + lo, about 106 bits each, and the few operations that residuals need: sums and products without
 * error terms lost (Dekker 1971, Ogita, Rump and Oishi 2005). A residual in it shows the error of an F64 result, not its
 * own.
 */
final class Wide {
    private final double[] hi;
    private final double[] lo;

    private Wide(double[] hi) {
        this.hi = hi;
        this.lo = new double[hi.length];
    }

    /** {@return a vector of plain numbers, which it keeps} */
    static Wide of(double... values) {
        return new Wide(values);
    }

    /** {@return independent standard normal numbers} */
    static Wide gaussian(RandomGenerator random, int length) {
        double[] values = new double[length];
        for (int i = 0; i < length; i++) {
            values[i] = random.nextGaussian();
        }
        return of(values);
    }

    /** {@return the elements of a host matrix, row by row, exact} */
    static double[] elements(Matrix m) {
        double[] elements = new double[Math.multiplyExact(m.rows(), m.columns())];
        m.copyTo(Matrix.wrap(elements, m.rows(), m.columns()));
        return elements;
    }

    /** {@return the root of the sum of squares of a matrix} */
    static double frobenius(double[] m) {
        return of(m).norm();
    }

    double[] rounded() {
        return hi;
    }

    /** {@return m·this, m given row by row} */
    Wide times(double[] m) {
        int columns = hi.length;
        int rows = columns == 0 ? 0 : m.length / columns;
        Wide out = of(new double[rows]);
        for (int i = 0; i < rows; i++) {
            int row = i * columns;
            double sum = 0;
            double rest = 0;
            for (int j = 0; j < columns; j++) {
                double product = m[row + j] * hi[j];
                double next = sum + product;
                double part = next - sum;
                rest += Math.fma(m[row + j], hi[j], -product)
                        + ((sum - (next - part)) + (product - part))
                        + m[row + j] * lo[j];
                sum = next;
            }
            out.set(i, sum, rest);
        }
        return out;
    }

    /** {@return mᵀ·this, m given row by row} */
    Wide timesTransposed(double[] m) {
        int rows = hi.length;
        int columns = rows == 0 ? 0 : m.length / rows;
        double[] sums = new double[columns];
        double[] rests = new double[columns];
        for (int i = 0; i < rows; i++) {
            int row = i * columns;
            double x = hi[i];
            double y = lo[i];
            for (int j = 0; j < columns; j++) {
                double product = m[row + j] * x;
                double next = sums[j] + product;
                double part = next - sums[j];
                rests[j] += Math.fma(m[row + j], x, -product)
                        + ((sums[j] - (next - part)) + (product - part))
                        + m[row + j] * y;
                sums[j] = next;
            }
        }
        Wide out = of(sums);
        for (int j = 0; j < columns; j++) {
            out.set(j, sums[j], rests[j]);
        }
        return out;
    }

    private void set(int i, double sum, double rest) {
        hi[i] = sum + rest;
        lo[i] = rest - (hi[i] - sum);
    }

    /** {@return this + factor·other, for a factor whose products with F64 numbers are exact, such as ±2ᵏ} */
    Wide plus(double factor, Wide other) {
        Wide out = of(new double[hi.length]);
        for (int i = 0; i < hi.length; i++) {
            double b = factor * other.hi[i];
            double sum = hi[i] + b;
            double part = sum - hi[i];
            double error = (hi[i] - (sum - part)) + (b - part);
            out.set(i, sum, error + lo[i] + factor * other.lo[i]);
        }
        return out;
    }

    /** {@return this/divisor} */
    Wide over(double divisor) {
        Wide out = of(new double[hi.length]);
        for (int i = 0; i < hi.length; i++) {
            double quotient = hi[i] / divisor;
            out.set(i, quotient, (Math.fma(-quotient, divisor, hi[i]) + lo[i]) / divisor);
        }
        return out;
    }

    /** {@return the Euclidean norm, in F64} */
    double norm() {
        double sum = 0;
        for (double x : hi) {
            sum += x * x;
        }
        return Math.sqrt(sum);
    }

    /** {@return ‖this − other‖, the difference formed before it is rounded} */
    double distance(Wide other) {
        return plus(-1, other).norm();
    }
}
