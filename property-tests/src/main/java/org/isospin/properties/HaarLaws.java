package org.isospin.properties;

import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;

/**
 * Laws of uniformly distributed orthogonal matrices and rotations. The moments are those of the Haar measures on O(n) and,
 * for n ≥ 3 and 5, on SO(n): E tr Q = 0 and E (tr Q)² = 1; a QR decomposition without the sign fix fails the first.
 */
public final class HaarLaws {
    /** Draws a matrix with orthonormal columns, or rows if wide. */
    @FunctionalInterface
    public interface Sampler {
        /**
         * Draws.
         *
         * @param seed any number
         * @param out receives the matrix
         */
        void draw(long seed, Matrix out);
    }

    private static final int[][] SHAPES = {{0, 0}, {1, 1}, {2, 2}, {5, 3}, {3, 5}, {33, 33}, {64, 40}};
    private static final int SAMPLES = 2000;
    private static final int ORDER = 6;

    private HaarLaws() {}

    /**
     * {@return every law on matrices drawn from seeds that follow a given one, of each law the worst case}
     *
     * @param haar the sampler
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> check(Sampler haar, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int[] shape : SHAPES) {
            worst.add(orthogonality(haar, dtype, shape[0], shape[1], seed));
            worst.add(transposition(haar, dtype, shape[0], shape[1], seed));
        }
        worst.add(moment(haar, dtype, seed, 1));
        worst.add(moment(haar, dtype, seed, 2));
        worst.add(bothDeterminants(haar, dtype, seed));
        return worst.results();
    }

    /**
     * {@return every law of rotations drawn from seeds that follow a given one, of each law the worst case}
     *
     * @param haar the sampler of square matrices of determinant 1
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> checkRotations(Sampler haar, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int n : new int[] {0, 1, 2, 3, 8, 33}) {
            for (int i = 0; i < 4; i++) {
                worst.add(orthogonality(haar, dtype, n, n, seed + i));
                worst.add(determinant(haar, dtype, n, seed + i));
            }
        }
        worst.add(moment(haar, dtype, seed, 1));
        worst.add(moment(haar, dtype, seed, 2));
        return worst.results();
    }

    private static Dense draw(Sampler haar, DType dtype, int rows, int columns, long seed) {
        Matrix out = Generators.garbage(Matrix.allocate(dtype, rows, columns));
        haar.draw(seed, out);
        return Dense.of(out);
    }

    /**
     * {@return the law that columns (rows, if wide) are orthonormal: Householder's QR in F64 leaves a few √n·2⁻⁵³, rounding
     * to the type orth 0.6u, 1u for the smallest matrices, and 2u holds both}
     *
     * @param haar the sampler
     * @param dtype element type
     * @param rows m
     * @param columns n
     * @param seed any number
     */
    public static LawResult orthogonality(Sampler haar, DType dtype, int rows, int columns, long seed) {
        Dense q = draw(haar, dtype, rows, columns, seed);
        double bound = 2 * dtype.unitRoundoff() + 8 * Math.sqrt(Math.max(rows, columns)) * DType.F64.unitRoundoff();
        return new LawResult(
                "Haar matrices are orthogonal", Subjects.describe(dtype, q), q.orthogonalityDefect(), bound);
    }

    /**
     * {@return the law that a seed gives n × m the transpose of m × n, to the last bit; of a square one, the same again}
     *
     * @param haar the sampler
     * @param dtype element type
     * @param rows m
     * @param columns n
     * @param seed any number
     */
    public static LawResult transposition(Sampler haar, DType dtype, int rows, int columns, long seed) {
        Dense q = draw(haar, dtype, rows, columns, seed);
        Dense again = draw(haar, dtype, columns, rows, seed);
        return new LawResult(
                "a seed gives one matrix",
                Subjects.describe(dtype, q),
                q.plus(-1, rows == columns ? again : again.transposed()).max(),
                0);
    }

    /**
     * {@return the law that det Q = 1, to n times the rounding of a column, and as much for the elimination that finds it}
     *
     * @param haar the sampler of rotations
     * @param dtype element type
     * @param n order
     * @param seed any number
     */
    public static LawResult determinant(Sampler haar, DType dtype, int n, long seed) {
        Dense q = draw(haar, dtype, n, n, seed);
        return new LawResult(
                "det Q = 1",
                Subjects.describe(dtype, q),
                Math.abs(q.determinant() - 1),
                8 * Math.max(1, n) * dtype.unitRoundoff());
    }

    /**
     * {@return the law that the mean of tr Q is 0, or that of (tr Q)² is 1, within five standard errors}
     *
     * @param haar the sampler
     * @param dtype element type
     * @param seed the first seed
     * @param power 1 or 2
     */
    public static LawResult moment(Sampler haar, DType dtype, long seed, int power) {
        Matrix out = Matrix.allocate(dtype, ORDER, ORDER);
        double sum = 0;
        for (int i = 0; i < SAMPLES; i++) {
            haar.draw(seed + i, out);
            sum += Math.pow(Dense.of(out).trace(), power);
        }
        double expected = power == 1 ? 0 : 1;
        // Var tr = 1; Var tr² = E tr⁴ − 1 = 2. Five standard errors fail once in 1.7 million seeds.
        double bound = 5 * Math.sqrt(power / (double) SAMPLES);
        return new LawResult(
                power == 1 ? "E tr Q = 0" : "E (tr Q)² = 1",
                SAMPLES + " draws, n = " + ORDER,
                Math.abs(sum / SAMPLES - expected),
                bound);
    }

    /**
     * {@return the law that determinants 1 and −1 are equally frequent in O(n): their mean is 0 within five standard errors}
     *
     * @param haar the sampler
     * @param dtype element type
     * @param seed the first seed
     */
    public static LawResult bothDeterminants(Sampler haar, DType dtype, long seed) {
        Matrix out = Matrix.allocate(dtype, ORDER, ORDER);
        double sum = 0;
        for (int i = 0; i < SAMPLES; i++) {
            haar.draw(seed + i, out);
            sum += Dense.of(out).determinant();
        }
        return new LawResult(
                "E det Q = 0",
                SAMPLES + " draws, n = " + ORDER,
                Math.abs(sum / SAMPLES),
                5 * Math.sqrt(1 / (double) SAMPLES));
    }
}
