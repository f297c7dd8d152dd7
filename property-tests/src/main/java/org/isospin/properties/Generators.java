package org.isospin.properties;

import java.util.SplittableRandom;
import java.util.function.DoubleUnaryOperator;
import java.util.function.IntToDoubleFunction;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;

/** Inputs for laws; every one is a function of its arguments and seed alone. */
public final class Generators {
    private Generators() {}

    /**
     * {@return independent standard normal elements}
     *
     * @param rows number of rows
     * @param columns number of columns
     * @param seed any number
     */
    public static Dense gaussian(int rows, int columns, long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Dense out = Dense.zero(rows, columns);
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                out.set(i, j, random.nextGaussian());
            }
        }
        return out;
    }

    /**
     * {@return a skew matrix with normal elements, scaled to a 2-norm of about the given size (a few percent above at
     * most)}
     *
     * @param dtype element type
     * @param n order
     * @param norm the 2-norm, at least 0
     * @param seed any number
     */
    public static SkewMatrix skew(DType dtype, int n, double norm, long seed) {
        Dense g = gaussian(n, n, seed);
        Dense a = g.plus(-1, g.transposed());
        double size = a.norm2();
        double factor = size == 0 ? 0 : norm / size;
        return skewPart(dtype, Dense.zero(n, n).plus(factor, a));
    }

    /**
     * {@return factor · A, rounded to A's type}
     *
     * @param factor the factor; a power of two keeps every bit
     * @param a A
     */
    public static SkewMatrix scaled(double factor, SkewMatrix a) {
        SkewMatrix out = SkewMatrix.allocate(a.dtype(), a.order());
        for (int i = 0; i < a.packed().columns(); i++) {
            out.packed().set(0, i, factor * a.packed().get(0, i));
        }
        return out;
    }

    /**
     * {@return a matrix with orthonormal columns (rows, if wide): Gram–Schmidt twice on normal elements, in F64}
     *
     * @param rows number of rows
     * @param columns number of columns
     * @param seed any number
     */
    public static Dense orthonormal(int rows, int columns, long seed) {
        if (rows < columns) {
            return orthonormal(columns, rows, seed).transposed();
        }
        Dense q = gaussian(rows, columns, seed);
        for (int j = 0; j < columns; j++) {
            for (int pass = 0; pass < 2; pass++) {
                for (int k = 0; k < j; k++) {
                    double dot = 0;
                    for (int i = 0; i < rows; i++) {
                        dot += q.get(i, k) * q.get(i, j);
                    }
                    for (int i = 0; i < rows; i++) {
                        q.set(i, j, q.get(i, j) - dot * q.get(i, k));
                    }
                }
            }
            double sum = 0;
            for (int i = 0; i < rows; i++) {
                sum += q.get(i, j) * q.get(i, j);
            }
            for (int i = 0; i < rows; i++) {
                q.set(i, j, q.get(i, j) / Math.sqrt(sum));
            }
        }
        return q;
    }

    /**
     * {@return U·diag(σ)·Vᵀ with random U and V and singular values that fall geometrically from 1 to 1/κ}
     *
     * @param rows number of rows
     * @param columns number of columns
     * @param condition κ, at least 1
     * @param seed any number
     */
    public static Dense conditioned(int rows, int columns, double condition, long seed) {
        return withSpectrum(rows, columns, j -> geometric(rows, columns, condition, j), seed);
    }

    /**
     * {@return the singular values of {@link #conditioned}: κ^(−j/(p−1)), p = min(rows, columns)}
     *
     * @param rows number of rows
     * @param columns number of columns
     * @param condition κ
     * @param j which, from 0
     */
    public static double geometric(int rows, int columns, double condition, int j) {
        int p = Math.min(rows, columns);
        return p == 1 ? 1 : Math.pow(condition, -(double) j / (p - 1));
    }

    /**
     * {@return U·diag(σ)·Vᵀ with U and V that shape and seed alone decide}
     *
     * @param rows number of rows
     * @param columns number of columns
     * @param spectrum σ
     * @param seed any number
     */
    public static Dense withSpectrum(int rows, int columns, IntToDoubleFunction spectrum, long seed) {
        int p = Math.min(rows, columns);
        Dense u = orthonormal(rows, p, seed);
        Dense v = orthonormal(columns, p, seed + 1);
        for (int j = 0; j < p; j++) {
            double sigma = spectrum.applyAsDouble(j);
            for (int i = 0; i < rows; i++) {
                u.set(i, j, u.get(i, j) * sigma);
            }
        }
        return u.times(v.transposed());
    }

    /**
     * {@return a block-diagonal matrix of planes: plane j, of angle θ/(j + 1), has c(θⱼ) on the diagonal, s(θⱼ) above and
     * −s(θⱼ) below; an odd order leaves c(0) in the corner}
     *
     * @param n order
     * @param angle θ
     * @param diagonal c
     * @param above s
     */
    public static Dense planes(int n, double angle, DoubleUnaryOperator diagonal, DoubleUnaryOperator above) {
        Dense out = Dense.zero(n, n);
        for (int j = 0; 2 * j + 1 < n; j++) {
            double theta = angle / (j + 1);
            out.set(2 * j, 2 * j, diagonal.applyAsDouble(theta));
            out.set(2 * j + 1, 2 * j + 1, diagonal.applyAsDouble(theta));
            out.set(2 * j, 2 * j + 1, above.applyAsDouble(theta));
            out.set(2 * j + 1, 2 * j, -above.applyAsDouble(theta));
        }
        if (n % 2 == 1) {
            out.set(n - 1, n - 1, diagonal.applyAsDouble(0));
        }
        return out;
    }

    /**
     * {@return the skew part of a matrix, packed and rounded to a type}
     *
     * @param dtype the type
     * @param m a square matrix
     */
    public static SkewMatrix skewPart(DType dtype, Dense m) {
        SkewMatrix out = SkewMatrix.allocate(dtype, m.rows());
        int at = 0;
        for (int i = 0; i < m.rows(); i++) {
            for (int j = i + 1; j < m.rows(); j++) {
                out.packed().set(0, at++, 0.5 * m.get(i, j) - 0.5 * m.get(j, i));
            }
        }
        return out;
    }

    /**
     * {@return the number nearest to x in a type}
     *
     * @param dtype the type
     * @param x any number
     */
    public static double rounded(DType dtype, double x) {
        Matrix one = Matrix.allocate(dtype, 1, 1);
        one.set(0, 0, x);
        return one.get(0, 0);
    }

    /**
     * Fills a matrix with NaN, so that an output which is not written shows.
     *
     * @param m any writable host matrix
     * @return m
     */
    public static Matrix garbage(Matrix m) {
        for (int i = 0; i < m.rows(); i++) {
            for (int j = 0; j < m.columns(); j++) {
                m.set(i, j, Double.NaN);
            }
        }
        return m;
    }
}
