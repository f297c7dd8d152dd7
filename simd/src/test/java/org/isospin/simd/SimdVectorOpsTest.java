package org.isospin.simd;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.isospin.backend.VectorOps;
import org.junit.jupiter.api.Test;

class SimdVectorOpsTest {
    private static final VectorOps PLAIN = new VectorOps();
    private static final VectorOps SIMD = new SimdVectorOps();

    private static double[] random(int n, long seed) {
        Random random = new Random(seed);
        double[] x = new double[n];
        for (int i = 0; i < n; i++) {
            x[i] = random.nextGaussian() * Math.scalb(1.0, random.nextInt(60) - 30);
        }
        return x;
    }

    @Test
    void hasTheBitsOfThePlainOperations() {
        for (int n = 0; n < 70; n++) {
            double[] x = random(2 * n + 9, n);
            double[] y = random(n + 4, 100 + n);
            double[] x2 = x.clone();
            double[] y2 = y.clone();
            PLAIN.axpy(n, 0.3, x, 2, y, 1);
            SIMD.axpy(n, 0.3, x2, 2, y2, 1);
            PLAIN.rotate(n, x, 5, y, 3, 0.8, 0.6);
            SIMD.rotate(n, x2, 5, y2, 3, 0.8, 0.6);
            PLAIN.scale(n, 1.7, y, 2);
            SIMD.scale(n, 1.7, y2, 2);
            // Two parts of one array.
            PLAIN.rotate(n, x, 1, x, n + 1, 0.6, -0.8);
            SIMD.rotate(n, x2, 1, x2, n + 1, 0.6, -0.8);
            PLAIN.axpy(n, -2.1, x, n + 2, x, 2);
            SIMD.axpy(n, -2.1, x2, n + 2, x2, 2);
            assertThat(x2).containsExactly(x);
            assertThat(y2).containsExactly(y);
        }
    }

    @Test
    void sumsProductsToRounding() {
        for (int n = 0; n < 70; n++) {
            double[] x = random(n + 3, n);
            double[] y = random(n + 2, 50 + n);
            double size = 0;
            for (int i = 0; i < n; i++) {
                size += Math.abs(x[3 + i] * y[2 + i]);
            }
            // Each of the two sums is within n·u·Σ|xy| of the exact one.
            double tolerance = 2 * n * 0x1p-53 * size;
            assertThat(Math.abs(SIMD.dot(n, x, 3, y, 2) - PLAIN.dot(n, x, 3, y, 2)))
                    .isLessThanOrEqualTo(tolerance);
        }
    }
}
