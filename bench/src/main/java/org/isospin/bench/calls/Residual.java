package org.isospin.bench.calls;

import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import org.isospin.Matrix;

/**
 * Errors of results on a Gaussian vector x, in u of the results' type: ‖E·x‖/(‖A‖_F‖B‖_F‖x‖/n) for a product of A and B, and
 * ‖E·x‖/(‖A‖_F‖x‖/√n) for factors of A. Sums are plain F64.
 */
final class Residual {
    /** What a sum of n rounded terms errs by on average, 8 times, as bench has it for products. */
    private static final double FACTOR = 8;

    private final Matrix a;
    private final Matrix b;
    private final double[] x;

    /**
     * Draws a vector.
     *
     * @param a the first operand, on the host
     * @param b the second one
     * @param seed where random numbers start
     */
    Residual(Matrix a, Matrix b, long seed) {
        this.a = a;
        this.b = b;
        SplittableRandom random = new SplittableRandom(seed);
        x = random.doubles(a.rows()).map(_ -> random.nextGaussian()).toArray();
    }

    /** {@return the largest error, in u, that passes at an order; in F64 the residual's own sums err as much} */
    static double tolerance(int n) {
        return 2 + 2 * FACTOR * Math.sqrt(n);
    }

    ToDoubleFunction<Matrix> ofProduct() {
        return ofBlocks(a.rows());
    }

    /** {@return the error of products of blocks that lie one behind the other} */
    ToDoubleFunction<Matrix> ofBlocks(int order) {
        return c -> {
            double error = 0;
            double scale = 0;
            int columns = a.columns();
            long blocks = (long) a.rows() * columns / ((long) order * order);
            for (int k = 0; k < Math.min(blocks, FEWEST_BLOCKS); k++) {
                int block = k;
                Elements left = (i, j) -> at(a, block, order, i, j);
                Elements right = (i, j) -> at(b, block, order, i, j);
                double[] expected = times(left, times(right, x, order), order);
                double[] found = times((i, j) -> at(c, block, order, i, j), x, order);
                error = Math.hypot(error, distance(expected, found));
                scale = Math.hypot(scale, frobenius(left, order) * frobenius(right, order) / order * norm(x, order));
            }
            return error / scale / c.dtype().unitRoundoff();
        };
    }

    /** Blocks that are looked at. */
    private static final int FEWEST_BLOCKS = 3;

    ToDoubleFunction<Matrix> ofSolution() {
        int n = a.rows();
        Elements lower = (i, j) -> j > i ? 0 : a.get(i, j);
        return found -> relative(times(lower, times(found::get, x, n), n), times(b::get, x, n), b, found);
    }

    ToDoubleFunction<Matrix> ofCholesky() {
        int n = a.rows();
        return l -> {
            double[] transposed = times((i, j) -> j < i ? 0 : l.get(j, i), x, n);
            double[] product = times((i, j) -> j > i ? 0 : l.get(i, j), transposed, n);
            return relative(product, times(a::get, x, n), a, l);
        };
    }

    ToDoubleFunction<Matrix> ofLu() {
        int n = a.rows();
        return lu -> {
            double[] upper = times((i, j) -> j < i ? 0 : lu.get(i, j), x, n);
            double[] product = times((i, j) -> j > i ? 0 : j == i ? 1 : lu.get(i, j), upper, n);
            return relative(product, times(a::get, x, n), a, lu);
        };
    }

    private double relative(double[] found, double[] expected, Matrix of, Matrix result) {
        int n = of.rows();
        double scale = frobenius(of::get, n) * norm(x, n) / Math.sqrt(n);
        return distance(expected, found) / scale / result.dtype().unitRoundoff();
    }

    /** The elements of a square matrix. */
    @FunctionalInterface
    private interface Elements {
        double at(int i, int j);
    }

    /** {@return an element of a block of those that lie one behind the other in a dense matrix by rows} */
    private static double at(Matrix m, int block, int order, int i, int j) {
        if (order == m.rows()) {
            return m.get(i, j);
        }
        long position = ((long) block * order + i) * order + j;
        return m.get((int) (position / m.columns()), (int) (position % m.columns()));
    }

    private static double[] times(Elements m, double[] x, int n) {
        double[] y = new double[n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                y[i] = Math.fma(m.at(i, j), x[j], y[i]);
            }
        }
        return y;
    }

    private static double frobenius(Elements m, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                sum += m.at(i, j) * m.at(i, j);
            }
        }
        return Math.sqrt(sum);
    }

    private static double norm(double[] x, int n) {
        double sum = 0;
        for (int i = 0; i < n; i++) {
            sum += x[i] * x[i];
        }
        return Math.sqrt(sum);
    }

    private static double distance(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += (a[i] - b[i]) * (a[i] - b[i]);
        }
        return Math.sqrt(sum);
    }
}
