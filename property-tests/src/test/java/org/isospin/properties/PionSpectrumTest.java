package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.Pion;
import org.isospin.optim.PionScaling;
import org.isospin.optim.RotationMap;
import org.isospin.optim.RotationSides;
import org.isospin.optim.Schedule;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Pion keeps, how far it turns, and where it arrives. */
class PionSpectrumTest {
    private static final double RMS = 0.2;

    private static Isospin iso() {
        return Backends.shared(Backends.available().contains(Backends.SIMD) ? Backends.SIMD : Backends.REFERENCE);
    }

    private static ParameterId register(Pion pion, Matrix w) {
        return pion.register(ParameterSpec.matrix("w", w.dtype(), w.rows(), w.columns(), Orientation.OUT_IN));
    }

    private static Dense generator(Pion pion, ParameterId id, int n, String side) {
        return Dense.of(SkewMatrix.wrap(n, pion.state(id, "whole/generator_" + side)));
    }

    private static Dense times(double factor, Dense m) {
        return Dense.zero(m.rows(), m.columns()).plus(factor, m);
    }

    static double drift(Dense before, Dense after) {
        Dense old = before.singularValues();
        Dense now = after.singularValues();
        double drift = 0;
        for (int i = 0; i < old.columns(); i++) {
            drift = Math.max(drift, Math.abs(now.get(0, i) / old.get(0, i) - 1));
        }
        return drift;
    }

    /** ‖ΔW‖_F = ηc√(mn) in first order; the order that follows is η, through the normalised sum of both sides. */
    @Test
    void theStepIsAsLongAsItIsSaid() {
        for (double rate : new double[] {1e-2, 1e-3, 1e-4}) {
            Matrix w = times(0.02, Generators.gaussian(48, 100, 1)).to(DType.F64);
            Pion pion = Pion.builder().learningRate(rate).build(iso());
            ParameterId id = register(pion, w);
            pion.step(1, id, w, Generators.gaussian(48, 100, 2).to(DType.F64));
            double angle = pion.report(id).largestAngle();
            assertThat(pion.report(id).updateNorm() / (rate * RMS * Math.sqrt(48 * 100)))
                    .isCloseTo(1, within(angle));
            assertThat(angle).isLessThan(20 * rate);
        }
    }

    /** Gradients have a common mean, as those of training have: the estimate follows a generator that changes slowly. */
    @Test
    void theLargestAngleIsToldWithinATenth() {
        int m = 40;
        int n = 64;
        double rate = 1e-3;
        Dense mean = Generators.gaussian(m, n, 3);
        for (RotationSides sides : new RotationSides[] {RotationSides.BOTH, RotationSides.OUT}) {
            Matrix w = times(0.02, Generators.gaussian(m, n, 1)).to(DType.F64);
            Pion pion = Pion.builder().learningRate(rate).sides(sides).build(iso());
            ParameterId id = register(pion, w);
            Dense before = Dense.of(w);
            for (int t = 1; t <= 10; t++) {
                before = Dense.of(w);
                pion.step(
                        t,
                        id,
                        w,
                        mean.plus(1, Generators.gaussian(m, n, 10 + t)).to(DType.F64));
            }
            Dense out = generator(pion, id, m, "out");
            Dense in = generator(pion, id, n, "in");
            Dense first = out.times(before);
            Dense both = first.plus(1, in.times(before.transposed()).transposed());
            boolean isBoth = sides == RotationSides.BOTH;
            double alpha = rate * RMS * Math.sqrt(m * n) / (isBoth ? both : first).frobenius();
            double truth = alpha * Math.max(out.norm2(), isBoth ? in.norm2() : 0);
            assertThat(pion.report(id).largestAngle()).isBetween(0.9 * truth, (1 + 1e-12) * truth);
        }
    }

    /** Scaled by the estimate of its norm, which is from below, a generator turns by at least the angle that is asked for. */
    @Test
    void spectralScalingTurnsByTheRate() {
        Matrix w = Generators.gaussian(20, 30, 1).to(DType.F64);
        Pion pion = Pion.builder()
                .scaling(PionScaling.SPECTRAL)
                .sides(RotationSides.OUT)
                .learningRate(1e-2)
                .build(iso());
        ParameterId id = register(pion, w);
        Dense mean = Generators.gaussian(20, 30, 3);
        Dense before = Dense.of(w);
        for (int t = 1; t <= 20; t++) {
            before = Dense.of(w);
            pion.step(t, id, w, mean.to(DType.F64));
        }
        Dense a = generator(pion, id, 20, "out");
        double length = Dense.of(w).plus(-1, before).frobenius();
        double expected = 1e-2 / a.norm2() * a.times(before).frobenius();
        assertThat(length).isBetween(0.99 * expected, 1.1 * expected);
        assertThat(pion.report(id).largestAngle()).isCloseTo(1e-2, within(1e-14));
    }

    static Stream<RotationMap> exactMaps() {
        return Stream.of(RotationMap.cayley(), RotationMap.exp());
    }

    /**
     * A step errs by a few u of ‖W‖ in directions that change, which adds up as √t: √1000·u·κ of the smallest, κ = 8, is
     * 1.5·10⁻⁵ at u of each. What is wanted at 512 × 1376 is 10⁻⁵.
     */
    @ParameterizedTest
    @MethodSource("exactMaps")
    void aThousandStepsKeepTheSpectrum(RotationMap map) {
        Matrix w = times(0.02, Generators.gaussian(32, 86, 1)).to(DType.F32);
        Dense before = Dense.of(w);
        Pion pion = Pion.builder().learningRate(1e-3).map(map).build(iso());
        ParameterId id = register(pion, w);
        for (int t = 1; t <= 1000; t++) {
            pion.step(t, id, w, Generators.gaussian(32, 86, 100 + t).to(DType.F32));
        }
        assertThat(drift(before, Dense.of(w))).isLessThan(1e-5);
    }

    /**
     * Degree 2 scales a plane of angle θ by √(1 + θ⁴/4). The product of all singular values of a square W tells the sum over
     * all planes and steps: Σ ln(σ/σ₀) = Σ ¼θ⁴ over planes, ⅛‖(αA)²‖²_F over singular values of αA.
     */
    @Test
    void degreeTwoDriftsAsItsFourthOrderTells() {
        int n = 24;
        double rate = 2e-2;
        Matrix w = times(0.02, Generators.gaussian(n, n, 1)).to(DType.F64);
        Dense before = Dense.of(w);
        Pion pion = Pion.builder()
                .learningRate(rate)
                .sides(RotationSides.OUT)
                .map(RotationMap.truncatedExp(2))
                .build(iso());
        ParameterId id = register(pion, w);
        double predicted = 0;
        for (int t = 1; t <= 50; t++) {
            Dense old = Dense.of(w);
            pion.step(t, id, w, Generators.gaussian(n, n, 100 + t).to(DType.F64));
            Dense a = generator(pion, id, n, "out");
            double alpha = rate * RMS * n / a.times(old).frobenius();
            Dense square = a.times(a);
            predicted += Math.pow(alpha * alpha * square.frobenius(), 2) / 8;
        }
        Dense s0 = before.singularValues();
        Dense s = Dense.of(w).singularValues();
        double measured = 0;
        for (int i = 0; i < n; i++) {
            measured += Math.log(s.get(0, i) / s0.get(0, i));
        }
        assertThat(measured).isCloseTo(predicted, within(0.1 * predicted));
    }

    /** In one plane every singular value grows by θ⁴/8 in a step: the report's angle predicts the drift. */
    @Test
    void inOnePlaneTheReportedAnglesTellTheDrift() {
        Matrix w = times(0.02, Generators.gaussian(2, 12, 1)).to(DType.F64);
        Dense before = Dense.of(w);
        Pion pion = Pion.builder()
                .learningRate(5e-3)
                .sides(RotationSides.OUT)
                .map(RotationMap.truncatedExp(2))
                .build(iso());
        ParameterId id = register(pion, w);
        double predicted = 0;
        for (int t = 1; t <= 200; t++) {
            pion.step(t, id, w, Generators.gaussian(2, 12, 100 + t).to(DType.F64));
            predicted += Math.pow(pion.report(id).largestAngle(), 4) / 8;
        }
        assertThat(drift(before, Dense.of(w))).isCloseTo(predicted, within(0.1 * predicted));
    }

    /** Slowly at first, to leave the saddles, of which there is one for every other order of singular values. */
    static double falling(long t) {
        return t <= 3000 ? 0.05 * (1 - t / 3030.0) : 5e-4 * Math.pow(10, -4 * (t - 3000) / 1000.0);
    }

    /**
     * Of ‖W − T‖²_F no W with the singular values of W₀ has less than Σ(σᵢ(W₀) − σᵢ(T))² (von Neumann). Steps have the length
     * that the rate says, so that the rate must fall for W to arrive; what is left over is of second order in the last one.
     */
    @Test
    void arrivesAtTheNearestMatrixOfItsSpectrum() {
        Dense target = Generators.gaussian(12, 8, 2);
        Dense goal = target.singularValues();
        for (RotationSides sides : List.of(RotationSides.BOTH, RotationSides.ALTERNATE)) {
            Matrix w = Generators.gaussian(12, 8, 1).to(DType.F64);
            double bound = Math.pow(Dense.of(w).singularValues().plus(-1, goal).frobenius(), 2);
            Schedule falling = Schedule.of("0.05 to 5e-8", PionSpectrumTest::falling);
            Pion pion = Pion.builder()
                    .learningRate(falling)
                    .beta(0.9)
                    .sides(sides)
                    .map(RotationMap.exp())
                    .build(iso());
            ParameterId id = register(pion, w);
            for (int t = 1; t <= 4000; t++) {
                pion.step(t, id, w, times(2, Dense.of(w).plus(-1, target)).to(DType.F64));
            }
            double loss = Math.pow(Dense.of(w).plus(-1, target).frobenius(), 2);
            assertThat(loss).as(sides.toString()).isCloseTo(bound, within(1e-10 * bound));
        }
    }
}
