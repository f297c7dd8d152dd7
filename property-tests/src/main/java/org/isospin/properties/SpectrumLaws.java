package org.isospin.properties;

import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;

/** Laws of singular values: those that a matrix was built from are found, to a few u·σ₁ by Weyl's inequality. */
public final class SpectrumLaws {
    /** Finds the singular values of a matrix, descending. */
    @FunctionalInterface
    public interface SpectrumMap {
        /**
         * Applies the map.
         *
         * @param a m × n
         * @param out 1 × min(m, n)
         */
        void apply(Matrix a, Matrix out);
    }

    private static final int[][] SHAPES = {{1, 1}, {2, 2}, {5, 3}, {3, 50}, {33, 33}, {64, 40}};

    private SpectrumLaws() {}

    /**
     * {@return every law on inputs drawn from a seed, of each law the worst case}
     *
     * @param spectrum the map
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> check(SpectrumMap spectrum, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int[] shape : SHAPES) {
            for (double condition : new double[] {1, 100, 1e6}) {
                worst.add(known(spectrum, dtype, shape[0], shape[1], condition, seed));
            }
        }
        return worst.results();
    }

    /**
     * {@return the law that known singular values are found: rounding A moves each by at most u‖A‖_F, computing them by a
     * few √n·u₆₄σ₁, rounding them by u}
     *
     * @param spectrum the map
     * @param dtype element type
     * @param rows m
     * @param columns n
     * @param condition the ratio of the largest to the smallest
     * @param seed any number
     */
    public static LawResult known(
            SpectrumMap spectrum, DType dtype, int rows, int columns, double condition, long seed) {
        Dense a = Generators.conditioned(rows, columns, condition, seed);
        int p = Math.min(rows, columns);
        Matrix out = Generators.garbage(Matrix.allocate(dtype, 1, p));
        spectrum.apply(a.to(dtype), out);
        double error = 0;
        for (int j = 0; j < p; j++) {
            double sigma = p == 1 ? 1 : Math.pow(condition, -(double) j / (p - 1));
            double difference = Math.abs(out.get(0, j) - sigma);
            error = Double.isNaN(difference) ? Double.NaN : Math.max(error, difference);
        }
        double bound = dtype.unitRoundoff() * (1 + a.frobenius()) + 16 * Math.sqrt(p) * DType.F64.unitRoundoff();
        return new LawResult("known singular values are found", Subjects.describe(dtype, a), error, bound);
    }
}
