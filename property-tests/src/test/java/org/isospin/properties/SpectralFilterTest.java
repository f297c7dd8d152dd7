package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.SplittableRandom;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.decomposition.Svd;
import org.isospin.measure.SpectralFilter;
import org.isospin.measure.Spectrum;
import org.isospin.measure.WhiteNoise;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What momentum makes of spectra: the closed forms' known values, and what drawn gradients say. */
class SpectralFilterTest {
    private static final double U = 1e-14;

    private static final WhiteNoise SQUARE = new WhiteNoise(1, 100, 100);

    @Test
    void factorsOfTheAverage() {
        assertThat(SpectralFilter.average(0.9).noiseVariance()).isCloseTo(1 / 19.0, within(U));
        SpectralFilter third = SpectralFilter.average(0.9, 3);
        assertThat(third.signal()).isCloseTo(0.271, within(U));
        // 0.1²(1 + 0.81 + 0.6561)
        assertThat(third.noiseVariance()).isCloseTo(0.024661, within(U));
        assertThat(SpectralFilter.average(0.9, 30).alternating()).isCloseTo(0.0504004654, within(5e-11));
        assertThat(SpectralFilter.average(0)).isEqualTo(new SpectralFilter(1, 1, 1));
        assertThat(SpectralFilter.nesterov(0, 5)).isEqualTo(new SpectralFilter(1, 1, 1));
    }

    /** The sum of weights, of their squares, and with alternating signs, straight from the recurrences. */
    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 10, 200})
    void factorsAreThoseOfTheWeights(int t) {
        double beta = 0.93;
        double[] average = new double[t];
        double[] nesterov = new double[t];
        for (int j = 0; j < t; j++) {
            average[j] = (1 - beta) * Math.pow(beta, j);
            nesterov[j] = beta * average[j] + (j == 0 ? 1 - beta : 0);
        }
        assertWeights(SpectralFilter.average(beta, t), average);
        assertWeights(SpectralFilter.nesterov(beta, t), nesterov);
    }

    private static void assertWeights(SpectralFilter filter, double[] weights) {
        double sum = 0;
        double squares = 0;
        double turned = 0;
        for (int j = 0; j < weights.length; j++) {
            sum += weights[j];
            squares += weights[j] * weights[j];
            turned += j % 2 == 0 ? weights[j] : -weights[j];
        }
        assertThat(filter.signal()).isCloseTo(sum, within(U));
        assertThat(filter.noiseVariance()).isCloseTo(squares, within(U));
        assertThat(filter.alternating()).isCloseTo(turned, within(U));
    }

    @ParameterizedTest
    @CsvSource({
        "0.95, 12.2137, 8.3205, 5.5128, 3.2026",
        "0.9, 12.4386, 8.6579, 6.0526, 4.5883",
        "0.99, 12.0419, 8.0628, 5.1005, 1.4178"
    })
    void headsAndEdgeAreTheLimits(double beta, double first, double second, double third, double edge) {
        WhiteNoise noise = SpectralFilter.average(beta).of(SQUARE);
        assertThat(noise.head(12)).isCloseTo(first, within(5.1e-5));
        assertThat(noise.head(8)).isCloseTo(second, within(5.1e-5));
        assertThat(noise.head(5)).isCloseTo(third, within(5.1e-5));
        assertThat(noise.edge()).isCloseTo(edge, within(5.1e-5));
    }

    /**
     * Means of ten trials of the paper, of 100 × 100 with noise that is only uncorrelated: heads within 1.5 %, the edge, which
     * small matrices reach from below, within 4 %.
     */
    @ParameterizedTest
    @CsvSource({
        "0.9, 12.43, 8.55, 6.00, 4.42",
        "0.95, 12.22, 8.25, 5.50, 3.09",
        "0.99, 12.05, 8.03, 5.09, 1.364",
        "0.995, 11.94, 7.97, 5.02, 0.966"
    })
    void publishedTrialsAreMet(double beta, double first, double second, double third, double tail) {
        WhiteNoise noise = SpectralFilter.average(beta).of(SQUARE);
        assertThat(noise.head(12) / first).isCloseTo(1, within(0.015));
        assertThat(noise.head(8) / second).isCloseTo(1, within(0.015));
        assertThat(noise.head(5) / third).isCloseTo(1, within(0.015));
        assertThat(noise.edge() / tail).isBetween(1.0, 1.04);
    }

    @Test
    void belowTheThresholdNothingIsSeen() {
        WhiteNoise noise = new WhiteNoise(0.3, 90, 40);
        double threshold = noise.threshold();
        assertThat(threshold).isCloseTo(0.3 * Math.pow(3600, 0.25), within(U));
        assertThat(noise.head(0.9 * threshold)).isEqualTo(noise.edge());
        assertThat(noise.leftAlignment(threshold)).isZero();
        assertThat(noise.head(threshold * (1 + 1e-9))).isCloseTo(noise.edge(), within(1e-8));
        assertThat(noise.rightAlignment(threshold * (1 + 1e-9))).isCloseTo(0, within(1e-4));
        assertThat(noise.strength(noise.edge())).isZero();
        for (double factor : new double[] {1.01, 2, 50}) {
            double strength = factor * threshold;
            assertThat(noise.strength(noise.head(strength)) / strength).isCloseTo(1, within(1e-12));
        }
        WhiteNoise none = new WhiteNoise(0, 9, 4);
        assertThat(none.head(2)).isEqualTo(2);
        assertThat(none.strength(2)).isEqualTo(2);
        assertThat(none.leftAlignment(2)).isEqualTo(1);
        assertThat(none.edge()).isZero();
    }

    /** T = 100: the paper's guide is (2T − 1)^¼ = 3.76. */
    @Test
    void boundsOfAnyNoise() {
        SpectralFilter filter = SpectralFilter.average(0.99);
        double energy = 7;
        double level = filter.noiseBound(energy);
        assertThat(Math.sqrt(energy) / level).isCloseTo(Math.pow(199, 0.25), within(1e-13));
        assertThat(filter.probability()).isCloseTo(1 - 1 / Math.sqrt(199), within(U));
        assertThat(filter.leastHead(5, energy)).isCloseTo(5 - level, within(U));
        assertThat(filter.largestSine(5, energy)).isCloseTo(level / (5 - level), within(U));
        assertThat(filter.largestSine(level, energy)).isEqualTo(1);
        assertThat(filter.leastHead(level / 2, energy)).isNegative();
        assertThat(SpectralFilter.average(0).probability()).isZero();
        assertThat(SpectralFilter.average(0.99, 1).leastHead(5, 0)).isCloseTo(0.05, within(U));
    }

    @Test
    void theBetaThatSeesASignal() {
        WhiteNoise noise = new WhiteNoise(2, 300, 120);
        for (double margin : new double[] {1, 2}) {
            double beta = SpectralFilter.betaFor(3, noise, margin);
            assertThat(SpectralFilter.average(beta).of(noise).threshold() * margin)
                    .isCloseTo(3, within(1e-12));
        }
        assertThat(SpectralFilter.betaFor(noise.threshold(), noise, 1)).isZero();
        assertThat(SpectralFilter.betaFor(1e9, noise, 3)).isZero();
        WhiteNoise square = new WhiteNoise(1, 64, 64);
        assertThat(square.leftAlignment(2 * square.threshold())).isCloseTo(Math.sqrt(0.75), within(U));
    }

    @Test
    void whatIsNoNumberIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> SpectralFilter.average(1));
        assertThatIllegalArgumentException().isThrownBy(() -> SpectralFilter.nesterov(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> SpectralFilter.average(0.9, 0));
        assertThatIllegalArgumentException().isThrownBy(() -> SpectralFilter.betaFor(0, SQUARE, 1));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SpectralFilter.average(0.9).noiseBound(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> new WhiteNoise(-1, 2, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> new WhiteNoise(1, 0, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> WhiteNoise.of(Spectrum.of(1, 2), 2, 3, 2));
        assertThatIllegalArgumentException().isThrownBy(() -> WhiteNoise.of(Spectrum.of(1, 2), 3, 3, 0));
    }

    // --------------------------------------------------------------------------------------- drawn gradients

    private static final int ROWS = 240;
    private static final int COLUMNS = 40;
    private static final int STEPS = 60;
    private static final int TRIALS = 24;
    private static final double BETA = 0.9;
    private static final double[] STRENGTHS = {12, 6, 3.2};

    /** {@return average and Nesterov's look ahead of gradients with these values on the diagonal and noise of deviation 1} */
    private static double[][] momentum(int steps, double[] diagonal, SplittableRandom random) {
        double[] average = new double[ROWS * COLUMNS];
        double[] ahead = new double[ROWS * COLUMNS];
        for (int t = 0; t < steps; t++) {
            for (int i = 0; i < average.length; i++) {
                boolean isSignal = i % (COLUMNS + 1) == 0 && i / (COLUMNS + 1) < diagonal.length;
                double gradient = random.nextGaussian() + (isSignal ? diagonal[i / (COLUMNS + 1)] : 0);
                average[i] = BETA * average[i] + (1 - BETA) * gradient;
                ahead[i] = BETA * average[i] + (1 - BETA) * gradient;
            }
        }
        return new double[][] {average, ahead};
    }

    /** A variance estimated from N normal numbers errs by √(2/N) of itself in the root mean square; six of those. */
    @ParameterizedTest
    @ValueSource(ints = {3, STEPS})
    void theVarianceOfNoiseIsTheDrawnOnes(int steps) {
        double[][] drawn = momentum(steps, new double[0], new SplittableRandom(5));
        SpectralFilter[] filters = {SpectralFilter.average(BETA, steps), SpectralFilter.nesterov(BETA, steps)};
        for (int k = 0; k < 2; k++) {
            double sum = 0;
            for (double x : drawn[k]) {
                sum += x * x;
            }
            double variance = sum / drawn[k].length;
            assertThat(variance / filters[k].noiseVariance())
                    .isCloseTo(1, within(6 * Math.sqrt(2.0 / drawn[k].length)));
        }
    }

    /**
     * Means over trials, against the limits. A head moves by uᵀNv at first order, of deviation s at most: five times s/√trials. The
     * largest singular value of noise has its limit's distance from the edge in units of ½s(1/√m + 1/√n)^⅓, in which Tracy and
     * Widom's law leaves [−6, 6] never in so few trials. Squares of cosines are means over n coordinates or more: five times
     * 1/√(n·trials).
     */
    @Test
    void headsEdgeAndAlignmentsAreTheDrawnOnes() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        SpectralFilter filter = SpectralFilter.average(BETA, STEPS);
        WhiteNoise noise = filter.of(new WhiteNoise(1, ROWS, COLUMNS));
        int rank = STRENGTHS.length;
        double[] heads = new double[rank + 1];
        double[] left = new double[rank];
        double[] right = new double[rank];
        double deviation = 0;
        SplittableRandom random = new SplittableRandom(11);
        for (int trial = 0; trial < TRIALS; trial++) {
            double[] drawn = momentum(STEPS, STRENGTHS, random)[0];
            Svd svd = iso.svd(Matrix.wrap(drawn, ROWS, COLUMNS));
            double[] values = new double[COLUMNS];
            for (int j = 0; j < COLUMNS; j++) {
                values[j] = svd.s().get(0, j) / filter.signal();
            }
            deviation += WhiteNoise.of(Spectrum.of(values), ROWS, COLUMNS, rank).deviation() / TRIALS;
            for (int k = 0; k <= rank; k++) {
                heads[k] += values[k] / TRIALS;
            }
            for (int k = 0; k < rank; k++) {
                left[k] += square(svd.u().get(k, k)) / TRIALS;
                right[k] += square(svd.v().get(k, k)) / TRIALS;
            }
        }
        double s = noise.deviation();
        for (int k = 0; k < rank; k++) {
            double strength = STRENGTHS[k];
            assertThat(heads[k]).isCloseTo(noise.head(strength), within(5 * s / Math.sqrt(TRIALS)));
            double bound = 5 / Math.sqrt(COLUMNS * TRIALS);
            assertThat(left[k]).isCloseTo(square(noise.leftAlignment(strength)), within(bound));
            assertThat(right[k]).isCloseTo(square(noise.rightAlignment(strength)), within(bound));
        }
        double unit = s / 2 * Math.cbrt(1 / Math.sqrt(ROWS) + 1 / Math.sqrt(COLUMNS));
        assertThat(heads[rank]).isCloseTo(noise.edge(), within(6 * unit));
        // Heads take 2r√(mn) of the noise's mn squares more than their degrees of freedom.
        double elements = (double) ROWS * COLUMNS;
        assertThat(deviation / s)
                .isCloseTo(1, within(rank / Math.sqrt(elements) + 5 / Math.sqrt(2 * elements * TRIALS)));
    }

    private static double square(double x) {
        return x * x;
    }
}
