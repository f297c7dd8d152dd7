package org.isospin.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.junit.jupiter.api.Test;

/** Rounding that is right in the mean. */
class StochasticRoundingTest {
    private static final int N = 256;

    /** Of the standard deviation of a mean: a normal number is beyond with probability 6·10⁻⁷, and seeds are fixed. */
    private static final double DEVIATIONS = 5;

    private final HostStream stream = new HostStream(1, Precision.STANDARD, new VectorOps());

    private Matrix rounded(DType dtype, long seed, Matrix source) {
        Matrix out = Matrix.allocate(dtype, source.rows(), source.columns());
        stream.roundStochastically(seed, source, out);
        return out;
    }

    private Matrix filled(DType dtype, double value) {
        Matrix m = Matrix.allocate(dtype, N, N);
        stream.fill(m, value);
        return m;
    }

    /** A choice between two numbers d apart deviates by d/2 at most, the mean of N² by d/2N. */
    @Test
    void theMeanIsTheNumberAndBothNeighboursAreTheNearest() {
        double[] values = {1.0 / 3, -0.7, 1e-3, 123.4, 3e-8, -1e-7, 1.000001, 0};
        for (DType dtype : new DType[] {DType.BF16, DType.F16, DType.F32}) {
            for (double value : values) {
                Matrix out = rounded(dtype, 42, filled(DType.F64, value));
                double sum = 0;
                double least = Double.POSITIVE_INFINITY;
                double most = Double.NEGATIVE_INFINITY;
                for (int i = 0; i < N; i++) {
                    for (int j = 0; j < N; j++) {
                        double x = out.get(i, j);
                        sum += x;
                        least = Math.min(least, x);
                        most = Math.max(most, x);
                    }
                }
                Matrix nearest = filled(dtype, value);
                double distance = most - least;
                assertThat(least).as("%s of %s", dtype, value).isLessThanOrEqualTo(value);
                assertThat(most).isGreaterThanOrEqualTo(value);
                assertThat(nearest.get(0, 0)).isBetween(least, most);
                // Neighbours are at most 2u apart, or the smallest number of F16.
                assertThat(distance).isLessThanOrEqualTo(Math.max(2 * dtype.unitRoundoff() * Math.abs(value), 0x1p-24));
                assertThat(sum / N / N).isCloseTo(value, within(DEVIATIONS * distance / (2 * N)));
            }
        }
    }

    @Test
    void numbersOfTheTypeStayAndSoDoNanAndInfinities() {
        double[] values = {1, -0.5, 65504, 0x1p-24, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY
        };
        Matrix row = Matrix.wrap(values, 1, values.length);
        Matrix out = rounded(DType.F16, 1, row);
        for (int j = 0; j < values.length; j++) {
            assertThat(Double.compare(out.get(0, j), values[j]))
                    .as("%s", values[j])
                    .isZero();
        }
        assertThat(rounded(DType.F16, 1, Matrix.wrap(new double[] {1e6, -1e6}, 1, 2))
                        .get(0, 1))
                .isEqualTo(Double.NEGATIVE_INFINITY);
    }

    @Test
    void seedAndPositionDecideWhateverTheOrder() {
        Matrix source = Matrix.allocate(DType.F32, 90, 70);
        stream.gaussian(3, source);
        Matrix one = rounded(DType.BF16, 5, source);
        Matrix turned = Matrix.allocate(DType.BF16, 70, 90);
        stream.roundStochastically(5, source, turned.transposed());
        Matrix other = rounded(DType.BF16, 6, source);
        int differences = 0;
        for (int i = 0; i < 90; i++) {
            for (int j = 0; j < 70; j++) {
                assertThat(turned.get(j, i)).isEqualTo(one.get(i, j));
                differences += one.get(i, j) == other.get(i, j) ? 0 : 1;
            }
        }
        // Two choices differ with probability 2p(1 − p), 1/3 for evenly spread p.
        assertThat(differences).isBetween(90 * 70 / 4, 90 * 70 / 2);
    }
}
