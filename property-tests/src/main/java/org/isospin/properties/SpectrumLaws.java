package org.isospin.properties;

import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;

/**
 * Laws of singular values: those that a matrix was built from are found, to a few u·σ₁ by Weyl's inequality, descending and
 * never negative; a power of two changes no digit and a transpose nothing beyond roundoff.
 */
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

    private static final int[][] SHAPES = {{0, 3}, {1, 1}, {2, 2}, {5, 3}, {3, 50}, {33, 33}, {64, 40}};

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
                Dense a = Generators.conditioned(shape[0], shape[1], condition, seed);
                worst.add(order(spectrum, dtype, a));
                worst.add(scaling(spectrum, dtype, a));
                worst.add(transposition(spectrum, dtype, a));
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
        Dense found = apply(spectrum, dtype, a);
        Dense expected = Dense.zero(1, p);
        for (int j = 0; j < p; j++) {
            expected.set(0, j, Generators.geometric(rows, columns, condition, j));
        }
        double error = found.plus(-1, expected).max();
        double bound = dtype.unitRoundoff() * (1 + a.frobenius()) + 16 * Math.sqrt(p) * DType.F64.unitRoundoff();
        return new LawResult("known singular values are found", Subjects.describe(dtype, a), error, bound);
    }

    private static Dense apply(SpectrumMap spectrum, DType dtype, Dense a) {
        Matrix out = Generators.garbage(Matrix.allocate(dtype, 1, Math.min(a.rows(), a.columns())));
        spectrum.apply(a.to(dtype), out);
        return Dense.of(out);
    }

    /**
     * {@return the law that singular values descend to 0 at least; the error is the largest step up}
     *
     * @param spectrum the map
     * @param dtype element type
     * @param a any matrix
     */
    public static LawResult order(SpectrumMap spectrum, DType dtype, Dense a) {
        Dense found = apply(spectrum, dtype, a);
        double error = 0;
        for (int j = 0; j < found.columns(); j++) {
            double next = j + 1 < found.columns() ? found.get(0, j + 1) : 0;
            error = Math.max(error, next - found.get(0, j));
        }
        return new LawResult("singular values descend", Subjects.describe(dtype, a), error, 0);
    }

    /**
     * {@return the law that 4A has four times the singular values of A, to the last bit of those that do not underflow}
     *
     * @param spectrum the map
     * @param dtype element type
     * @param a any matrix whose fourfold does not overflow
     */
    public static LawResult scaling(SpectrumMap spectrum, DType dtype, Dense a) {
        // Rounded first: the digits of a subnormal number are not those of its fourfold.
        Dense rounded = Dense.of(a.to(dtype));
        Dense scaled = Dense.zero(a.rows(), a.columns()).plus(4, rounded);
        Dense found = apply(spectrum, dtype, scaled);
        double error = found.plus(-4, apply(spectrum, dtype, rounded)).max();
        return new LawResult(
                "σ(4A) = 4σ(A) bit for bit", Subjects.describe(dtype, a), error, 4 * Subjects.underflow(dtype));
    }

    /**
     * {@return the law that A and Aᵀ have the same singular values}
     *
     * @param spectrum the map
     * @param dtype element type
     * @param a any matrix
     */
    public static LawResult transposition(SpectrumMap spectrum, DType dtype, Dense a) {
        double error = apply(spectrum, dtype, a)
                .plus(-1, apply(spectrum, dtype, a.transposed()))
                .max();
        double p = Math.min(a.rows(), a.columns());
        // Each is rounded to the type and computed to a few √p·2⁻⁵³σ₁.
        double bound = (2 * dtype.unitRoundoff() + 32 * Math.sqrt(p) * DType.F64.unitRoundoff()) * a.frobenius();
        return new LawResult("σ(Aᵀ) = σ(A)", Subjects.describe(dtype, a), error, bound);
    }
}
