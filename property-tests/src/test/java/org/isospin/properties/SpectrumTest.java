package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.measure.Spectrum;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Figures of spectra: known ones, their bounds, magnitudes, and drift. */
class SpectrumTest {
    private static final double U = 4 * DType.F64.unitRoundoff();

    static Stream<String> backends() {
        return Backends.available().stream();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void isThatOfTheMatrix(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : new int[][] {{6, 6}, {9, 4}, {4, 9}, {1, 1}, {0, 3}}) {
            int p = Math.min(shape[0], shape[1]);
            Dense a = Generators.withSpectrum(shape[0], shape[1], j -> p - j, 1);
            Spectrum found = Spectrum.of(iso, a.to(DType.F64));
            assertThat(found.size()).isEqualTo(p);
            for (int j = 0; j < p; j++) {
                assertThat(found.value(j)).isCloseTo(p - j, within(1e-13));
            }
            assertThat(found.frobeniusNorm()).isCloseTo(a.frobenius(), within(1e-13));
        }
        Dense bad = Dense.identity(3);
        bad.set(1, 1, Double.NaN);
        assertThatThrownBy(() -> Spectrum.of(iso, bad.to(DType.F32))).hasMessageContaining("finite");
    }

    @Test
    void figuresAreKnownOnes() {
        Spectrum s = Spectrum.of(0.5, 2, 1, 0);
        assertThat(s.values()).containsExactly(2, 1, 0.5, 0);
        assertThat(s.spectralNorm()).isEqualTo(2);
        assertThat(s.nuclearNorm()).isEqualTo(3.5);
        assertThat(s.frobeniusNorm()).isCloseTo(Math.sqrt(5.25), within(U));
        assertThat(s.condition()).isInfinite();
        assertThat(s.stableRank()).isEqualTo(5.25 / 4);
        double entropy = 0;
        double effective = 0;
        for (double x : new double[] {2, 1, 0.5}) {
            double q = x * x / 5.25;
            entropy -= q * Math.log(q) / Math.log(4);
            effective -= x / 3.5 * Math.log(x / 3.5);
        }
        assertThat(s.entropy()).isCloseTo(entropy, within(U));
        assertThat(s.effectiveRank()).isCloseTo(Math.exp(effective), within(4 * U));
        assertThat(Spectrum.of(4, 1).condition()).isEqualTo(4);
    }

    @Test
    void extremesAreOneAndAll() {
        for (int p : new int[] {1, 2, 7, 100}) {
            double[] equal = new double[p];
            Arrays.fill(equal, 0.3);
            Spectrum all = Spectrum.of(equal);
            assertThat(all.stableRank()).isEqualTo(p);
            assertThat(all.effectiveRank()).isCloseTo(p, within(4 * p * U));
            assertThat(all.entropy()).isCloseTo(p == 1 ? 0 : 1, within(4 * U));
            assertThat(all.condition()).isEqualTo(1);
            double[] single = new double[p];
            single[0] = 5;
            Spectrum one = Spectrum.of(single);
            assertThat(one.stableRank()).isEqualTo(1);
            assertThat(one.effectiveRank()).isEqualTo(1);
            assertThat(one.entropy()).isZero();
            Spectrum zero = Spectrum.of(new double[p]);
            assertThat(zero.stableRank()).isZero();
            assertThat(zero.effectiveRank()).isZero();
            assertThat(zero.entropy()).isZero();
            assertThat(zero.condition()).isInfinite();
            assertThat(zero.nuclearNorm()).isZero();
        }
        Spectrum none = Spectrum.of();
        assertThat(none.condition()).isEqualTo(1);
        assertThat(none.spectralNorm()).isZero();
        assertThat(none.effectiveRank()).isZero();
        assertThat(none.driftFrom(none)).isEqualTo(new Spectrum.Drift(0, 0, 0));
    }

    @Test
    void magnitudeDoesNotMatter() {
        Spectrum plain = Spectrum.of(3, 2, 0.5);
        for (double factor : new double[] {0x1p1000, 0x1p-1000}) {
            Spectrum scaled = Spectrum.of(3 * factor, 2 * factor, 0.5 * factor);
            assertThat(scaled.entropy()).isEqualTo(plain.entropy());
            assertThat(scaled.effectiveRank()).isEqualTo(plain.effectiveRank());
            assertThat(scaled.stableRank()).isEqualTo(plain.stableRank());
            assertThat(scaled.condition()).isEqualTo(plain.condition());
            assertThat(scaled.frobeniusNorm()).isEqualTo(factor * plain.frobeniusNorm());
            assertThat(scaled.nuclearNorm()).isEqualTo(factor * plain.nuclearNorm());
            Spectrum moved = Spectrum.of(3.5 * factor, 2 * factor, 0.25 * factor);
            assertThat(moved.driftFrom(scaled))
                    .isEqualTo(Spectrum.of(3.5, 2, 0.25).driftFrom(plain));
        }
    }

    @Test
    void driftIsMeasuredValueByValue() {
        Spectrum base = Spectrum.of(4, 2, 1);
        Spectrum.Drift drift = Spectrum.of(5, 2, 0.5).driftFrom(base);
        assertThat(drift.maxRelative()).isEqualTo(0.5);
        assertThat(drift.max()).isEqualTo(0.25);
        assertThat(drift.rms()).isCloseTo(Math.sqrt(1.25 / 21), within(U));
        assertThat(base.driftFrom(base)).isEqualTo(new Spectrum.Drift(0, 0, 0));
        assertThat(Spectrum.of(4, 0).driftFrom(Spectrum.of(4, 0))).isEqualTo(new Spectrum.Drift(0, 0, 0));
        assertThat(Spectrum.of(4, 1).driftFrom(Spectrum.of(4, 0)).maxRelative()).isInfinite();
        assertThat(Spectrum.of(4, 1).driftFrom(Spectrum.of(4, 0)).max()).isEqualTo(0.25);
        assertThat(Spectrum.of(1, 1).driftFrom(Spectrum.of(0, 0)).rms()).isInfinite();
        assertThatThrownBy(() -> base.driftFrom(Spectrum.of(1, 2))).hasMessageContaining("2");
        assertThatThrownBy(() -> Spectrum.of(1, -1)).hasMessageContaining("negative");
        assertThatThrownBy(() -> Spectrum.of(1, Double.NaN)).hasMessageContaining("finite");
    }

    @ParameterizedTest
    @MethodSource("backends")
    void rotationsKeepIt(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense a = Generators.conditioned(20, 12, 1e3, 1);
        Dense q = Generators.orthonormal(20, 20, 2);
        Spectrum.Drift drift = Spectrum.of(iso, q.times(a).to(DType.F64)).driftFrom(Spectrum.of(iso, a.to(DType.F64)));
        // Both are rounded, and the values found, to a few u of the largest.
        assertThat(drift.max()).isLessThan(16 * DType.F64.unitRoundoff());
        assertThat(drift.maxRelative()).isLessThan(16e3 * DType.F64.unitRoundoff());
        assertThat(drift.rms()).isLessThan(16 * DType.F64.unitRoundoff());
    }
}
