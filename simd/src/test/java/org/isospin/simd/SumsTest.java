package org.isospin.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SumsTest {
    /** The definition in scalars: what every width must give to the last bit. */
    private static double model(int n, double[] x, int xo, double[] y, int yo) {
        double[] sums = new double[16];
        int whole = n & -4;
        for (int i = 0; i < whole; i++) {
            sums[i % 16] = Math.fma(x[xo + i], y[yo + i], sums[i % 16]);
        }
        for (int half = 8; half > 0; half /= 2) {
            for (int k = 0; k < half; k++) {
                sums[k] += sums[k + half];
            }
        }
        double rest = 0;
        for (int i = whole; i < n; i++) {
            rest = Math.fma(x[xo + i], y[yo + i], rest);
        }
        return sums[0] + rest;
    }

    @Test
    void hasTheSameBitsForEveryWidth() {
        Random random = new Random(3);
        for (int n = 0; n < 200; n++) {
            double[] x = new double[n + 3];
            double[] y = new double[n + 5];
            float[] x32 = new float[n + 3];
            float[] y32 = new float[n + 5];
            for (int i = 0; i < n; i++) {
                x32[3 + i] = (float) (random.nextGaussian() * Math.exp(10 * random.nextGaussian()));
                y32[5 + i] = (float) random.nextGaussian();
                x[3 + i] = x32[3 + i];
                y[5 + i] = y32[5 + i];
            }
            double expected = model(n, x, 3, y, 5);
            assertThat(Sums.dot(n, x, 3, y, 5)).isEqualTo(expected);
            assertThat(Sums.dotBy4(n, x, 3, y, 5)).isEqualTo(expected);
            assertThat(Sums.dotBy2(n, x, 3, y, 5)).isEqualTo(expected);
            assertThat(Sums.dot(n, x32, 3, y32, 5)).isEqualTo(expected);
            assertThat(Sums.dotBy4(n, x32, 3, y32, 5)).isEqualTo(expected);
            assertThat(Sums.dotBy2(n, x32, 3, y32, 5)).isEqualTo(expected);
        }
    }

    @Test
    void keepsNaNAndInfinity() {
        double[] x = new double[21];
        double[] ones = new double[21];
        java.util.Arrays.fill(ones, 1);
        for (int i = 0; i < x.length; i++) {
            x[i] = Double.NaN;
            assertThat(Sums.dot(21, x, 0, ones, 0)).isNaN();
            x[i] = Double.NEGATIVE_INFINITY;
            assertThat(Sums.dot(21, x, 0, ones, 0)).isEqualTo(Double.NEGATIVE_INFINITY);
            x[i] = 0;
        }
    }
}
