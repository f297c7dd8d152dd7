package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.BlockSplit;
import org.isospin.optim.LieOrtho;
import org.isospin.optim.MuonR;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.Pion;
import org.isospin.optim.PionMsign;
import org.isospin.optim.RotationMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Drift as the optimizers tell it, and what a reset leaves of it. */
class SpectrumMonitorTest {
    private static final int ROWS = 12;
    private static final int COLUMNS = 20;

    /** Of singular values in F64, times a condition of some tens. */
    private static final double F64 = 1e-12;

    @TempDir
    Path folder;

    private static Isospin iso() {
        return Backends.shared(Backends.available().contains(Backends.SIMD) ? Backends.SIMD : Backends.REFERENCE);
    }

    private static ParameterSpec spec(DType dtype, int rows, int columns) {
        return ParameterSpec.matrix("w", dtype, rows, columns, Orientation.OUT_IN);
    }

    private static Matrix gradient(Matrix w, int t) {
        return Generators.gaussian(w.rows(), w.columns(), 100 + t).to(DType.F32);
    }

    /** Degree 1 scales a plane of angle θ by √(1 + θ²): a drift that is seen. */
    private static Pion.Builder drifting() {
        return Pion.builder().learningRate(0.05).map(RotationMap.truncatedExp(1));
    }

    @Test
    void theDriftIsMeasuredWhereItIsDueAndToldUntilTheNextTime() {
        for (int[] shape : new int[][] {{ROWS, COLUMNS}, {COLUMNS, ROWS}, {ROWS, ROWS}}) {
            Matrix w = Generators.gaussian(shape[0], shape[1], 1).to(DType.F64);
            Dense before = Dense.of(w);
            Pion pion = drifting().monitorSpectrum(3).build(iso());
            ParameterId id = pion.register(spec(DType.F64, shape[0], shape[1]));
            double expected = 0;
            for (int t = 1; t <= 10; t++) {
                pion.step(t, id, w, gradient(w, t));
                expected = t % 3 == 0 ? PionSpectrumTest.drift(before, Dense.of(w)) : expected;
                assertThat(pion.report(id).drift()).as("step %d", t).isCloseTo(expected, within(F64));
            }
            assertThat(expected).isGreaterThan(1e-6);
        }
    }

    @Test
    void aMonitorChangesNoWeight() {
        Matrix plain = Generators.gaussian(ROWS, COLUMNS, 1).to(DType.F32);
        Matrix watched = plain.copy();
        Pion one = drifting().build(iso());
        Pion two = drifting().monitorSpectrum(2).build(iso());
        ParameterId a = one.register(spec(DType.F32, ROWS, COLUMNS));
        ParameterId b = two.register(spec(DType.F32, ROWS, COLUMNS));
        for (int t = 1; t <= 5; t++) {
            one.step(t, a, plain, gradient(plain, t));
            two.step(t, b, watched, gradient(plain, t));
        }
        assertThat(Dense.of(watched).plus(-1, Dense.of(plain)).max()).isZero();
        assertThat(one.stateNames(a)).doesNotContain("whole/initial_spectrum");
        assertThat(two.stateBytes() - one.stateBytes()).isEqualTo((ROWS + 1) * Double.BYTES);
    }

    @Test
    void theLargestDriftOfAllBlocksIsTold() {
        Matrix w = Generators.gaussian(ROWS, COLUMNS, 1).to(DType.F64);
        Dense before = Dense.of(w);
        Pion pion = drifting().monitorSpectrum(1).build(iso());
        ParameterId id = pion.register(spec(DType.F64, ROWS, COLUMNS).withSplit(BlockSplit.groups(2)));
        for (int t = 1; t <= 4; t++) {
            pion.step(t, id, w, gradient(w, t));
        }
        double largest = 0;
        for (int block = 0; block < 2; block++) {
            largest = Math.max(largest, PionSpectrumTest.drift(half(before, block), half(Dense.of(w), block)));
        }
        assertThat(pion.report(id).drift()).isCloseTo(largest, within(F64));
    }

    private static Dense half(Dense m, int block) {
        int rows = m.rows() / 2;
        Dense out = Dense.zero(rows, m.columns());
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < m.columns(); j++) {
                out.set(i, j, m.get(block * rows + i, j));
            }
        }
        return out;
    }

    /** Rounding an n × m result once moves σ by u‖W‖_F at most (Mirsky): that over the smallest, and the F64 of the SVD. */
    @Test
    void aResetGivesTheSpectrumBackAndTellsWhatItWas() {
        for (DType dtype : new DType[] {DType.F64, DType.F32}) {
            for (int[] shape : new int[][] {{ROWS, COLUMNS}, {COLUMNS, ROWS}}) {
                Matrix w = Generators.gaussian(shape[0], shape[1], 1).to(dtype);
                Dense before = Dense.of(w);
                Pion pion = drifting().resetSpectrum(4).build(iso());
                ParameterId id = pion.register(spec(dtype, shape[0], shape[1]));
                double last = 0;
                for (int t = 1; t <= 8; t++) {
                    last = PionSpectrumTest.drift(before, Dense.of(w));
                    pion.step(t, id, w, gradient(w, t));
                }
                Dense values = before.singularValues();
                double smallest = values.get(0, values.columns() - 1);
                double bound = F64 + dtype.unitRoundoff() * before.frobenius() / smallest;
                assertThat(PionSpectrumTest.drift(before, Dense.of(w))).isLessThan(bound);
                assertThat(pion.report(id).drift()).isGreaterThan(last).isGreaterThan(1e-6);
            }
        }
    }

    static Stream<Function<Isospin, Optimizer>> optimizers() {
        return Stream.of(
                iso -> drifting().monitorSpectrum(2).resetSpectrum(3).build(iso),
                iso -> MuonR.builder().monitorSpectrum(2).resetSpectrum(3).build(iso),
                iso -> PionMsign.builder().monitorSpectrum(2).resetSpectrum(3).build(iso),
                iso -> LieOrtho.builder().monitorSpectrum(2).resetSpectrum(3).build(iso));
    }

    @ParameterizedTest
    @MethodSource("optimizers")
    void aResumedRunTellsTheSameDrift(Function<Isospin, Optimizer> make) throws Exception {
        Path file = folder.resolve("state.safetensors");
        for (int killed = 0; killed <= 5; killed++) {
            Matrix w = Generators.gaussian(ROWS, COLUMNS, 1).to(DType.BF16);
            Matrix x = w.copy();
            Optimizer whole = make.apply(iso());
            ParameterId id = whole.register(spec(DType.BF16, ROWS, COLUMNS));
            Optimizer part = make.apply(iso());
            ParameterId other = part.register(spec(DType.BF16, ROWS, COLUMNS));
            for (int t = 1; t <= 7; t++) {
                whole.step(t, id, w, gradient(w, t));
                if (t == killed + 1) {
                    part.save(file);
                    part = make.apply(iso());
                    other = part.register(spec(DType.BF16, ROWS, COLUMNS));
                    part.load(file);
                }
                part.step(t, other, x, gradient(w, t));
                assertThat(part.report(other).drift())
                        .isEqualTo(whole.report(id).drift());
            }
            assertThat(whole.report(id).drift()).isPositive();
            assertThat(Dense.of(x).plus(-1, Dense.of(w)).max()).isZero();
        }
    }

    @Test
    void aSkippedStepKeepsTheDriftAndAZeroWeightHasNone() {
        Matrix w = Generators.gaussian(ROWS, COLUMNS, 1).to(DType.F32);
        Pion pion = drifting().monitorSpectrum(1).resetSpectrum(2).build(iso());
        ParameterId id = pion.register(spec(DType.F32, ROWS, COLUMNS));
        pion.step(1, id, w, gradient(w, 1));
        double drift = pion.report(id).drift();
        Dense before = Dense.of(w);
        Matrix bad = gradient(w, 2);
        bad.set(3, 4, Double.NaN);
        pion.step(2, id, w, bad);
        assertThat(pion.report(id).drift()).isEqualTo(drift).isPositive();
        assertThat(Dense.of(w).plus(-1, before).max()).isZero();
        ParameterId zero = pion.register(ParameterSpec.matrix("zero", DType.F32, ROWS, COLUMNS, Orientation.OUT_IN));
        Matrix nothing = Matrix.allocate(DType.F32, ROWS, COLUMNS);
        pion.step(1, zero, nothing, gradient(w, 1));
        pion.step(2, zero, nothing, gradient(w, 2));
        assertThat(pion.report(zero).drift()).isZero();
        assertThat(Dense.of(nothing).max()).isZero();
    }

    @Test
    void whatIsNotFiniteIsTold() {
        Matrix w = Generators.gaussian(ROWS, COLUMNS, 1).to(DType.F32);
        w.set(0, 0, Double.NaN);
        MuonR muon = MuonR.builder().monitorSpectrum(1).resetSpectrum(1).build(iso());
        ParameterId id = muon.register(spec(DType.F32, ROWS, COLUMNS));
        muon.step(1, id, w, gradient(w, 1));
        assertThat(muon.report(id).drift()).isNaN();
        // A weight mended by the caller is not given the spectrum of the broken one.
        Matrix sane = Generators.gaussian(ROWS, COLUMNS, 1).to(DType.F32);
        muon.step(2, id, sane, gradient(w, 2));
        assertThat(muon.report(id).drift()).isNaN();
    }

    @Test
    void anEmptyWeightHasNoDrift() {
        for (int[] shape : new int[][] {{0, 5}, {5, 0}}) {
            Matrix w = Matrix.allocate(DType.F32, shape[0], shape[1]);
            Pion pion = drifting().monitorSpectrum(1).resetSpectrum(2).build(iso());
            ParameterId id = pion.register(spec(DType.F32, shape[0], shape[1]));
            pion.step(1, id, w, w.copy());
            pion.step(2, id, w, w.copy());
            assertThat(pion.report(id).drift()).isZero();
        }
    }

    @Test
    void stepsAreCountedFromOne() {
        for (int every : List.of(0, -3)) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> Pion.builder().monitorSpectrum(every))
                    .withMessageContaining("monitorSpectrum must be 1 step or more, not " + every);
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> MuonR.builder().resetSpectrum(every))
                    .withMessageContaining("resetSpectrum must be 1 step or more");
        }
    }
}
