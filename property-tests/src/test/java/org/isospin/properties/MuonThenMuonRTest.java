package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.nio.file.Path;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.optim.MomentumForm;
import org.isospin.optim.MomentumOrder;
import org.isospin.optim.Muon;
import org.isospin.optim.MuonR;
import org.isospin.optim.MuonThenMuonR;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.Role;
import org.isospin.optim.RotationSides;
import org.isospin.optim.ScaleRule;
import org.isospin.optim.SwitchPoint;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Muon up to the switch, MuonR with its momentum after it. */
class MuonThenMuonRTest {
    private static final int[][] SHAPES = {{6, 6}, {9, 5}, {5, 9}, {24, 7}};
    private static final double RATE = 0.02;
    private static final double SCALE = 0.5;
    private static final int LAST = 4;

    @TempDir
    Path folder;

    static Stream<Arguments> backendsAndTypes() {
        return Backends.available().stream()
                .flatMap(b -> Stream.of(Arguments.of(b, DType.F64), Arguments.of(b, DType.F32)));
    }

    private static Muon.Builder muon() {
        return Muon.builder()
                .learningRate(RATE)
                .momentum(0.9, MomentumForm.SUM)
                .scale(ScaleRule.TALL, SCALE)
                .weightDecay(0.1);
    }

    private static ParameterId register(Optimizer optimizer, Matrix w) {
        return optimizer.register(ParameterSpec.matrix("w", w.dtype(), w.rows(), w.columns(), Orientation.OUT_IN));
    }

    private static Matrix gaussian(DType dtype, int[] shape, long seed) {
        return Generators.gaussian(shape[0], shape[1], seed).to(dtype);
    }

    private static double length(int[] shape) {
        return RATE * SCALE * Math.sqrt(Math.max(1, (double) shape[0] / shape[1]));
    }

    private static double angle(int[] shape, Dense w) {
        return Math.atan(length(shape) * Math.sqrt(Math.min(shape[0], shape[1])) / (2 * w.frobenius()));
    }

    /** Gradients have a common mean, so that Muon makes the weight grow. */
    private static void run(Optimizer optimizer, ParameterId id, Matrix w, int from, int to) {
        Dense mean = Generators.gaussian(w.rows(), w.columns(), 7);
        for (int t = from; t <= to; t++) {
            Dense g = mean.plus(0.5, Generators.gaussian(w.rows(), w.columns(), 10 + t));
            optimizer.step(t, id, w, g.to(w.dtype()));
        }
    }

    /** Up to the switch bit for bit Muon's steps; then those of a MuonR that was given its momentum and the article's rate. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void theMomentumGoesOn(String backend, DType dtype) {
        for (int[] shape : SHAPES) {
            Muon before = muon().build(Backends.shared(backend));
            Matrix expected = gaussian(dtype, shape, 1);
            ParameterId muonId = register(before, expected);
            run(before, muonId, expected, 1, LAST);
            MuonThenMuonR both =
                    MuonThenMuonR.builder(muon(), SwitchPoint.afterStep(LAST)).build(Backends.shared(backend));
            Matrix w = gaussian(dtype, shape, 1);
            ParameterId id = register(both, w);
            run(both, id, w, 1, LAST);
            assertThat(Dense.of(w).hasBitsOf(Dense.of(expected))).isTrue();
            double angle = angle(shape, Dense.of(w));
            MuonR after = MuonR.builder()
                    .learningRate(Math.tan(angle))
                    .momentum(0.9, MomentumForm.SUM)
                    .build(Backends.shared(backend));
            ParameterId muonRId = register(after, expected);
            after.setState(muonRId, "whole/momentum", before.state(muonId, "whole/momentum"));
            for (int t = LAST + 1; t <= LAST + 6; t++) {
                Dense old = Dense.of(w);
                run(both, id, w, t, t);
                run(after, muonRId, expected, t, t);
                // Both round a change by θ ≤ 0.03; singular values of the signs below 10⁻³ amplify what they differ by.
                assertThat(Dense.of(w).plus(-1, Dense.of(expected)).max())
                        .isLessThan((dtype == DType.F64 ? 1e-11 : 1e-3));
                assertThat(both.report(id).largestAngle()).isCloseTo(angle, within(8 * dtype.unitRoundoff() + 1e-11));
                double most = length(shape) * Math.sqrt(Math.min(shape[0], shape[1]));
                assertThat(Dense.of(w).plus(-1, old).frobenius()).isLessThan(most);
                // u of ‖W‖ relative to a singular value ten times as small, and planes of middling signs.
                double bound = 40 * dtype.unitRoundoff() + Math.pow(angle, 4) / 16;
                assertThat(PionSpectrumTest.drift(old, Dense.of(w))).isLessThan(bound);
            }
        }
    }

    /** One side alone is MuonR's one side, with the same multiplier; the angle is that of the tangent up to a right one. */
    @Test
    void largeRatesTurnAtRightAngles() {
        for (double rate : new double[] {0.3, 5, 1e4, 1e300}) {
            Matrix w = gaussian(DType.F64, new int[] {6, 6}, 1);
            Dense before = Dense.of(w);
            MuonThenMuonR both = MuonThenMuonR.builder(
                            Muon.builder().learningRate(rate).scale(ScaleRule.NONE, 1), SwitchPoint.afterStep(0))
                    .sides(RotationSides.OUT)
                    .build(Backends.shared(Backends.REFERENCE));
            ParameterId id = register(both, w);
            run(both, id, w, 1, 1);
            double angle = Math.atan(rate * Math.sqrt(6) / (2 * before.frobenius()));
            assertThat(both.report(id).largestAngle()).isCloseTo(angle, within(2e-11));
            // A sign's planes are off by what eight steps leave, which at large angles is all of it.
            Dense sign = Dense.of(w).plus(-Math.cos(angle), before);
            assertThat(sign.frobenius()).isCloseTo(Math.sin(angle) * before.frobenius(), within(1e-3));
        }
    }

    static Stream<Arguments> thresholds() {
        return backendsAndTypes()
                .flatMap(a ->
                        Stream.of(true, false).map(isSpectral -> Arguments.of(a.get()[0], a.get()[1], isSpectral)));
    }

    /** Muon makes a small weight grow until it is above the threshold, then the norm stays to roundoff. */
    @ParameterizedTest
    @MethodSource("thresholds")
    void growsToTheThresholdAndStays(String backend, DType dtype, boolean isSpectral) {
        int[] shape = {12, 8};
        double threshold = 0.5;
        SwitchPoint point = isSpectral ? SwitchPoint.spectralAbove(threshold) : SwitchPoint.frobeniusAbove(threshold);
        MuonThenMuonR both = MuonThenMuonR.builder(muon().weightDecay(0), point).build(Backends.shared(backend));
        Matrix w = Dense.zero(12, 8).plus(1e-3, Generators.gaussian(12, 8, 1)).to(dtype);
        Matrix g = gaussian(dtype, shape, 2);
        ParameterId id = register(both, w);
        int switched = 0;
        for (int t = 1; t <= 80; t++) {
            Dense old = Dense.of(w);
            double norm = isSpectral ? old.norm2() : old.frobenius();
            both.step(t, id, w, g);
            boolean isTurning = both.state(id, "whole/switched").get(0, 0) > 0;
            if (switched == 0 && isTurning) {
                switched = t;
            }
            // The estimate of ‖W‖₂ is from below.
            assertThat(isTurning).isEqualTo(switched > 0);
            assertThat(norm > threshold || !isTurning || switched < t).isTrue();
            assertThat(isTurning || norm <= (isSpectral ? 1.05 : 1) * threshold).isTrue();
            assertThat(both.report(id).largestAngle() > 0).isEqualTo(isTurning);
            if (isTurning) {
                // A plane of a middling sign is scaled by up to θ⁴/32 on each side.
                double bound =
                        8 * dtype.unitRoundoff() + Math.pow(both.report(id).largestAngle(), 4) / 16;
                assertThat(Dense.of(w).frobenius()).isCloseTo(old.frobenius(), within(bound * old.frobenius()));
            }
        }
        assertThat(switched).isBetween(10, 70);
    }

    static Stream<SwitchPoint> points() {
        return Stream.of(
                SwitchPoint.afterStep(LAST), SwitchPoint.frobeniusAbove(0.13), SwitchPoint.spectralAbove(0.09));
    }

    /** Killed before, at and after the switch. */
    @ParameterizedTest
    @MethodSource("points")
    void resumedRunsAreTheSameBitForBit(SwitchPoint point) throws Exception {
        for (DType dtype : new DType[] {DType.F32, DType.F64, DType.BF16}) {
            int steps = 2 * LAST;
            int[] shape = {9, 5};
            Dense small = Dense.zero(9, 5).plus(0.01, Generators.gaussian(9, 5, 1));
            Matrix expected = small.to(dtype);
            MuonThenMuonR whole = MuonThenMuonR.builder(muon(), point).build(Backends.shared(Backends.REFERENCE));
            ParameterId wholeId = register(whole, expected);
            boolean[] turns = new boolean[steps + 1];
            for (int t = 1; t <= steps; t++) {
                run(whole, wholeId, expected, t, t);
                turns[t] = whole.report(wholeId).largestAngle() > 0;
            }
            assertThat(turns[1]).as("switches too early for this test").isFalse();
            assertThat(turns[steps]).as("does not switch").isTrue();
            for (int killed = 0; killed <= steps; killed++) {
                Path file = folder.resolve("state.safetensors");
                Matrix w = small.to(dtype);
                MuonThenMuonR first = MuonThenMuonR.builder(muon(), point).build(Backends.shared(Backends.REFERENCE));
                run(first, register(first, w), w, 1, killed);
                first.save(file);
                MuonThenMuonR second = MuonThenMuonR.builder(muon(), point).build(Backends.shared(Backends.REFERENCE));
                ParameterId id = register(second, w);
                second.load(file);
                run(second, id, w, killed + 1, steps);
                assertThat(Dense.of(w).hasBitsOf(Dense.of(expected)))
                        .as("%s %d × %d, killed after %d", dtype, shape[0], shape[1], killed)
                        .isTrue();
            }
        }
    }

    @Test
    void whatIsNotHiddenStaysWithAdamW() {
        MuonThenMuonR both =
                MuonThenMuonR.builder(muon(), SwitchPoint.afterStep(0)).build(Backends.shared(Backends.REFERENCE));
        ParameterId id = both.register(ParameterSpec.vector("gain", DType.F32, 3, Role.NORM));
        assertThat(both.stateNames(id)).noneMatch(name -> name.endsWith("momentum"));
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        assertThatIllegalArgumentException().isThrownBy(() -> SwitchPoint.afterStep(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> SwitchPoint.frobeniusAbove(Double.NaN));
        assertThatIllegalArgumentException().isThrownBy(() -> SwitchPoint.spectralAbove(-1));
        MuonThenMuonR.Builder after =
                MuonThenMuonR.builder(muon().order(MomentumOrder.AFTER), SwitchPoint.afterStep(3));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> after.build(Backends.shared(Backends.REFERENCE)))
                .withMessageContaining("momentum of gradients");
    }
}
