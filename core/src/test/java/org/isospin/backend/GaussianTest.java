package org.isospin.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.SplittableRandom;
import org.assertj.core.data.Offset;
import org.junit.jupiter.api.Test;

class GaussianTest {
    private static final int COUNT = 200_000;

    private static double[] numbers(long seed) {
        double[] numbers = new double[COUNT];
        Gaussian.fill(seed, 0, COUNT, numbers, 0);
        return numbers;
    }

    @Test
    void areBoxMullerPairsOfSplitMixNumbers() {
        for (long seed : new long[] {0, 1, -5, Long.MAX_VALUE}) {
            double[] x = numbers(seed);
            // Its first output is that of seed + step.
            SplittableRandom uniforms =
                    new SplittableRandom(new SplittableRandom(seed).nextLong() - 0x9E3779B97F4A7C15L);
            for (int i = 0; i < 10_000; i += 2) {
                double radius = Math.sqrt(-2 * StrictMath.log(uniforms.nextDouble() + 0x1p-53));
                double angle = 2 * Math.PI * uniforms.nextDouble();
                // An angle below 2π is off by 2⁻⁵¹ with its product, the rest by a few 2⁻⁵³.
                double tolerance = radius * 0x1p-50;
                assertThat(x[i]).isCloseTo(radius * StrictMath.cos(angle), within(tolerance));
                assertThat(x[i + 1]).isCloseTo(radius * StrictMath.sin(angle), within(tolerance));
            }
        }
    }

    private static Offset<Double> within(double d) {
        return Offset.offset(d);
    }

    @Test
    void momentsAreThoseOfTheNormalDistribution() {
        for (long seed = 0; seed < 4; seed++) {
            double[] sums = new double[5];
            double products = 0;
            double[] x = numbers(seed);
            for (int i = 0; i < COUNT; i++) {
                double power = 1;
                for (int k = 0; k < sums.length; k++) {
                    sums[k] += power / COUNT;
                    power *= x[i];
                }
                products += x[i] * x[(i + 1) % COUNT] / COUNT;
            }
            // Five standard errors: the variances of x, x², x³, x⁴ and xy are 1, 2, 15, 96 and 1.
            double error = 5 / Math.sqrt(COUNT);
            assertThat(sums[1]).isCloseTo(0, within(error));
            assertThat(sums[2]).isCloseTo(1, within(error * Math.sqrt(2)));
            assertThat(sums[3]).isCloseTo(0, within(error * Math.sqrt(15)));
            assertThat(sums[4]).isCloseTo(3, within(error * Math.sqrt(96)));
            assertThat(products).isCloseTo(0, within(error));
        }
    }

    @Test
    void aNumberDependsOnItsPositionAlone() {
        double[] all = numbers(9);
        for (int first : new int[] {0, 1, 2, 7, 1001}) {
            for (int length : new int[] {0, 1, 2, 5}) {
                double[] some = new double[length + 1];
                some[0] = -1;
                Gaussian.fill(9, first, length, some, 1);
                assertThat(some[0]).isEqualTo(-1);
                for (int i = 0; i < length; i++) {
                    assertThat(some[1 + i]).isEqualTo(all[first + i]);
                }
            }
        }
    }

    @Test
    void seedsGiveDifferentNumbers() {
        assertThat(numbers(1)).isNotEqualTo(numbers(2));
    }
}
