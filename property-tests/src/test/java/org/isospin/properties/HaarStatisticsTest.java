package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.junit.jupiter.api.Test;

/** What tells uniform orthogonal matrices from others, besides the moments in {@link HaarLaws}; and that threads change no bit. */
class HaarStatisticsTest {
    private static final int ORDER = 8;
    private static final int SAMPLES = 4000;

    private final Isospin iso = Backends.shared(Backends.REFERENCE);

    /** q₁₁² ~ Beta(½, (n − 1)/2): Kolmogorov and Smirnov's distance is above 2/√N once in 1500 seeds. */
    @Test
    void squaredElementsAreBetaDistributed() {
        double[] squares = new double[SAMPLES];
        Matrix q = Matrix.allocate(DType.F64, ORDER, ORDER);
        for (int i = 0; i < SAMPLES; i++) {
            iso.haarOrthogonal(i, q);
            squares[i] = q.get(0, 0) * q.get(0, 0);
        }
        Arrays.sort(squares);
        double distance = 0;
        for (int i = 0; i < SAMPLES; i++) {
            double p = betaHalf(squares[i], (ORDER - 1) / 2.0);
            distance = Math.max(distance, Math.max((i + 1.0) / SAMPLES - p, p - (double) i / SAMPLES));
        }
        assertThat(distance).isLessThan(2 / Math.sqrt(SAMPLES));
    }

    /** P(X ≤ x) for Beta(½, b): ∫₀^√x 2(1 − t²)^(b−1) dt/B(½, b), by Simpson's rule. */
    private static double betaHalf(double x, double b) {
        return integral(Math.sqrt(x), b) / integral(1, b);
    }

    private static double integral(double to, double b) {
        int steps = 200;
        double h = to / steps;
        double sum = 0;
        for (int i = 0; i <= steps; i++) {
            double weight = i == 0 || i == steps ? 1 : i % 2 == 1 ? 4 : 2;
            sum += weight * Math.pow(Math.max(0, 1 - i * h * i * h), b - 1);
        }
        return sum * h / 3;
    }

    /** Half of all are reflections, to five standard deviations; without the signs of R it would be all or none. */
    @Test
    void determinantsHaveEitherSign() {
        int positive = 0;
        int draws = 1000;
        Matrix q = Matrix.allocate(DType.F64, ORDER, ORDER);
        for (int i = 0; i < draws; i++) {
            iso.haarOrthogonal(i, q);
            positive += Dense.of(q).determinant() > 0 ? 1 : 0;
        }
        assertThat(Math.abs(positive - draws / 2)).isLessThan((int) (2.5 * Math.sqrt(draws)));
    }

    @Test
    void threadsChangeNoBit() {
        for (String backend : Backends.available()) {
            if (backend.equals(Backends.DEFERRED)) {
                continue;
            }
            Isospin context = Backends.shared(backend);
            for (int[] shape : new int[][] {{150, 150}, {300, 70}, {70, 300}}) {
                Matrix one = Matrix.allocate(DType.F32, shape[0], shape[1]);
                Matrix many = Matrix.allocate(DType.F32, shape[0], shape[1]);
                context.withThreads(1).haarOrthogonal(5, one);
                context.withThreads(4).haarOrthogonal(5, many);
                assertThat(Dense.of(many).hasBitsOf(Dense.of(one))).as(backend).isTrue();
            }
            Matrix one = Matrix.allocate(DType.F64, 130, 130);
            Matrix many = Matrix.allocate(DType.F64, 130, 130);
            context.withThreads(1).haarRotation(6, one);
            context.withThreads(3).haarRotation(6, many);
            assertThat(Dense.of(many).hasBitsOf(Dense.of(one))).as(backend).isTrue();
        }
    }
}
