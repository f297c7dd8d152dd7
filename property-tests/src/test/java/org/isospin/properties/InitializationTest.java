package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.rotation.Initialization;
import org.isospin.rotation.Initialization.Scale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** Initial weights have the norms that they are scaled to, and depend on the seed alone. */
class InitializationTest {
    private static final int SEED = 17;

    private final Isospin iso = Backends.shared(Backends.REFERENCE);

    private Dense gaussian(int m, int n, Scale scale, double gain) {
        Matrix out = Generators.garbage(Matrix.allocate(DType.F64, m, n));
        Initialization.gaussian(iso, SEED, scale, gain, out);
        return Dense.of(out);
    }

    /** What is left of a Gaussian's spectral norm is n^(1/128) at most; the estimate from below may miss a percent. */
    @ParameterizedTest
    @CsvSource({"1,1", "40,40", "64,24", "24,64", "7,1"})
    void normsAreWhatTheyShouldBe(int m, int n) {
        Dense rows = gaussian(m, n, Scale.UNIT_ROWS, 3);
        for (int i = 0; i < m; i++) {
            double sum = 0;
            for (int j = 0; j < n; j++) {
                sum += rows.get(i, j) * rows.get(i, j);
            }
            assertThat(Math.sqrt(sum)).isBetween(3 - 1e-14, 3 + 1e-14);
        }
        double rms = gaussian(m, n, Scale.RMS, 2).frobenius() / Math.sqrt((double) m * n);
        assertThat(rms * Math.sqrt(Math.max(m, n))).isBetween(2 - 1e-14, 2 + 1e-14);
        double spectral = gaussian(m, n, Scale.SPECTRAL, 5).norm2();
        assertThat(spectral).isBetween(5 * 0.99 * Math.pow(Math.min(m, n), -1 / 128.0), 5 + 1e-13);
    }

    /** The mean square of N elements is off by √(2/N): five times that. */
    @ParameterizedTest
    @CsvSource({"50,200", "200,50", "100,100"})
    void variancesAreThoseOfTheirFans(int m, int n) {
        double allowed = 5 * Math.sqrt(2.0 / (m * n));
        double fanIn = Math.pow(gaussian(m, n, Scale.FAN_IN, 1).frobenius(), 2) / m;
        assertThat(fanIn).isBetween(1 - allowed, 1 + allowed);
        Dense mup = gaussian(m, n, Scale.MAXIMAL_UPDATE, 1);
        assertThat(Math.pow(mup.frobenius(), 2) / m / Math.min(1, (double) m / n))
                .isBetween(1 - allowed, 1 + allowed);
        // Bai and Yin: σ(√m + √n), which is √(m/n) times 1 + √(min/max).
        double norm = mup.norm2() / Math.sqrt((double) m / n);
        assertThat(norm).isBetween(0.9, 2.1);
    }

    @Test
    void orthogonalWeightsHaveEqualSingularValues() {
        for (int[] shape : new int[][] {{12, 12}, {20, 7}, {7, 20}}) {
            Matrix out = Matrix.allocate(DType.F64, shape[0], shape[1]);
            Initialization.orthogonal(iso, SEED, Math.sqrt(2), out);
            Dense unit = Dense.zero(shape[0], shape[1]).plus(1 / Math.sqrt(2), Dense.of(out));
            assertThat(unit.orthogonalityDefect()).isLessThan(1e-14);
            Matrix haar = Matrix.allocate(DType.F64, shape[0], shape[1]);
            iso.haarOrthogonal(SEED, haar);
            assertThat(unit.plus(-1, Dense.of(haar)).max()).isLessThan(1e-15);
        }
    }

    @ParameterizedTest
    @EnumSource(Scale.class)
    void theSeedAloneDecides(Scale scale) {
        for (String backend : Backends.available()) {
            if (backend.equals(Backends.DEFERRED)) {
                continue;
            }
            Isospin context = Backends.shared(backend);
            Matrix one = Matrix.allocate(DType.F32, 150, 130);
            Matrix two = Matrix.allocate(DType.F32, 130, 150).transposed();
            Initialization.gaussian(context.withThreads(1), SEED, scale, 1, one);
            Initialization.gaussian(context.withThreads(4), SEED, scale, 1, two);
            assertThat(Dense.of(two).hasBitsOf(Dense.of(one))).as(backend).isTrue();
            Initialization.gaussian(context, SEED + 1, scale, 1, two);
            assertThat(Dense.of(two).hasBitsOf(Dense.of(one))).isFalse();
        }
    }
}
