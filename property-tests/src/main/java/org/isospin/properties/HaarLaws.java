package org.isospin.properties;

import java.util.List;
import org.isospin.DType;
import org.isospin.Matrix;

/**
 * Laws of uniformly distributed orthogonal matrices. Moments are those of the Haar measure on O(n): E tr Q = 0 and
 * E (tr Q)² = 1 for n ≥ 2; a QR decomposition without the sign fix fails the first.
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

    private static final int SAMPLES = 2000;
    private static final int ORDER = 6;

    private HaarLaws() {}

    /**
     * {@return every law on matrices drawn from seeds that follow a given one}
     *
     * @param haar the sampler
     * @param dtype the type to check it in
     * @param seed any number
     */
    public static List<LawResult> check(Sampler haar, DType dtype, long seed) {
        Worst worst = new Worst();
        for (int[] shape : new int[][] {{1, 1}, {2, 2}, {5, 3}, {3, 5}, {33, 33}, {64, 40}}) {
            Matrix out = Generators.garbage(Matrix.allocate(dtype, shape[0], shape[1]));
            haar.draw(seed, out);
            Dense q = Dense.of(out);
            // Householder QR in F64 leaves a few √n·u₆₄; rounding to the type adds 0.6u.
            double bound =
                    2 * dtype.unitRoundoff() + 8 * Math.sqrt(Math.max(shape[0], shape[1])) * DType.F64.unitRoundoff();
            worst.add(new LawResult(
                    "Haar matrices are orthogonal", Subjects.describe(dtype, q), q.orthogonalityDefect(), bound));
        }
        worst.add(moment(haar, dtype, seed, 1));
        worst.add(moment(haar, dtype, seed, 2));
        return worst.results();
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
}
