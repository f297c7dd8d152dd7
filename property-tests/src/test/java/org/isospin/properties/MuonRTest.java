package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.decomposition.Svd;
import org.isospin.optim.MuonR;
import org.isospin.optim.Nesterov;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.Role;
import org.isospin.optim.RotationSides;
import org.isospin.polar.Msign;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** MuonR against its dense formula, its printed examples, and what it keeps. */
class MuonRTest {
    private static final int[][] SHAPES = {{2, 2}, {5, 3}, {3, 5}, {12, 12}, {13, 13}, {30, 7}, {7, 30}, {1, 6}, {6, 1}
    };

    static Stream<Arguments> backendsAndTypes() {
        return Backends.available().stream()
                .flatMap(b -> Stream.of(Arguments.of(b, DType.F64), Arguments.of(b, DType.F32)));
    }

    private static Dense rows(double[]... rows) {
        Dense m = Dense.zero(rows.length, rows[0].length);
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows[i].length; j++) {
                m.set(i, j, rows[i][j]);
            }
        }
        return m;
    }

    /** Signs to F64 roundoff for singular values from 10⁻⁶ of the norm on. */
    private static MuonR.Builder exact() {
        return MuonR.builder().schedule(Msign.polarExpress(13, 1e-6));
    }

    private static ParameterId register(Optimizer optimizer, DType dtype, Dense w, Orientation orientation) {
        return optimizer.register(ParameterSpec.matrix("w", dtype, w.rows(), w.columns(), orientation));
    }

    /** {@return W after steps along the same gradient} */
    private static Dense stepped(Optimizer optimizer, DType dtype, Dense w, Dense g, int steps) {
        ParameterId id = register(optimizer, dtype, w, Orientation.OUT_IN);
        Matrix weight = w.to(dtype);
        for (int t = 1; t <= steps; t++) {
            optimizer.step(t, id, weight, g.to(dtype));
        }
        return Dense.of(weight);
    }

    private static Dense skewSign(Isospin iso, Dense x) {
        Dense skew = x.plus(-1, x.transposed());
        Svd svd = iso.svd(skew.to(DType.F64));
        Dense u = Dense.of(svd.u());
        Dense s = Dense.of(svd.s());
        for (int j = 0; j < u.columns(); j++) {
            boolean isZero = s.get(0, j) <= 1e-10 * s.get(0, 0);
            for (int i = 0; i < u.rows() && isZero; i++) {
                u.set(i, j, 0);
            }
        }
        return u.times(Dense.of(svd.v()).transposed());
    }

    /** (I − ηO)(I − OᵀO + OᵀO/√(1 + η²)), as the article has it. */
    private static Dense rotation(Dense o, double rate) {
        Dense p = o.transposed().times(o);
        Dense unit = Dense.identity(o.rows());
        return unit.plus(-rate, o).times(unit.plus(1 / Math.sqrt(1 + rate * rate) - 1, p));
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void aStepIsTheArticlesFormula(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            Dense w = Dense.of(Generators.gaussian(shape[0], shape[1], 1).to(dtype));
            Dense g = Dense.of(Generators.gaussian(shape[0], shape[1], 2).to(dtype));
            double rate = 0.3;
            Dense left = rotation(skewSign(iso, g.times(w.transposed())), rate);
            Dense right = rotation(skewSign(iso, w.transposed().times(g)), rate);
            for (RotationSides sides : RotationSides.values()) {
                boolean isOut = sides == RotationSides.BOTH || sides == RotationSides.OUT;
                boolean isIn = sides != RotationSides.OUT;
                Dense expected = isOut ? left.times(w) : w;
                expected = isIn ? expected.times(right) : expected;
                Dense found = stepped(exact().learningRate(rate).sides(sides).build(iso), dtype, w, g, 1);
                // Signs err by u over the smallest singular value, 10⁻³ of the norm here; a null direction of rounding
                // errors grows by the slope of the schedule, 10⁶, which F32 has no use for.
                double bound = dtype == DType.F64 ? 1e-9 : 1e-3;
                assertThat(found.plus(-1, expected).max() / w.norm2())
                        .as("%s %d × %d", sides, shape[0], shape[1])
                        .isLessThan(bound);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void singularValuesStay(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            Dense w = OptimizerStepLaws.weight(dtype, shape[0], shape[1], 3);
            MuonR muon = MuonR.builder().build(iso);
            ParameterId id = register(muon, dtype, w, Orientation.OUT_IN);
            Matrix weight = w.to(dtype);
            int steps = 100;
            for (int t = 1; t <= steps; t++) {
                muon.step(
                        t,
                        id,
                        weight,
                        Generators.gaussian(shape[0], shape[1], t).to(dtype));
            }
            assertThat(Dense.of(weight).plus(-1, w).max()).isGreaterThan(0.05);
            double moved = Dense.of(weight)
                    .singularValues()
                    .plus(-1, w.singularValues())
                    .max();
            // Roundings of η·W add up like a walk; a plane of a middling sign is scaled by η⁴s²(1 − s²)/8 ≤ η⁴/32 on
            // each side.
            assertThat(moved).isLessThan(4 * dtype.unitRoundoff() * Math.sqrt(steps) + steps * 2e-8 / 32);
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void theSizeOfAGradientIsOfNoConsequence(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        double huge = dtype == DType.F64 ? 0x1p1000 : 0x1p110;
        for (int[] shape : SHAPES) {
            Dense zero = Dense.zero(shape[0], shape[1]);
            Dense w = Generators.gaussian(shape[0], shape[1], 4);
            Dense g = Dense.of(Generators.gaussian(shape[0], shape[1], 5).to(DType.BF16));
            Dense once = stepped(MuonR.builder().build(iso), dtype, w, g, 2);
            for (double factor : new double[] {0x1p-20, 8, huge}) {
                Dense other = stepped(MuonR.builder().build(iso), dtype, w, zero.plus(factor, g), 2);
                assertThat(other.hasBitsOf(once)).as("%g", factor).isTrue();
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void transposedWeightsGetTransposedSteps(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            Dense w = Generators.gaussian(shape[0], shape[1], 6);
            Dense g = Generators.gaussian(shape[0], shape[1], 7);
            MuonR muon = MuonR.builder().build(iso);
            ParameterId id = register(muon, dtype, w.transposed(), Orientation.IN_OUT);
            Matrix weight = w.transposed().to(dtype);
            for (int t = 1; t <= 3; t++) {
                muon.step(t, id, weight, g.transposed().to(dtype));
            }
            Dense expected = stepped(MuonR.builder().build(iso), dtype, w, g, 3);
            assertThat(Dense.of(weight).transposed().hasBitsOf(expected)).isTrue();
        }
    }

    /** An orthogonal W turns twice as far: W(I − ηO)²/(1 + η²). */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void anOrthogonalWeightTurnsByTheDoubleAngle(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        double rate = 0.2;
        Dense w = Generators.orthonormal(8, 8, 8);
        Dense g = Generators.gaussian(8, 8, 9);
        Dense single = rotation(skewSign(iso, w.transposed().times(g)), rate);
        Dense found = stepped(exact().learningRate(rate).build(iso), dtype, w, g, 1);
        double bound = dtype == DType.F64 ? 1e-10 : 1e-4;
        assertThat(found.plus(-1, w.times(single).times(single)).max()).isLessThan(bound);
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void whatRotationsCannotSeeMovesNothing(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            Dense w = Dense.of(Generators.gaussian(shape[0], shape[1], 10).to(dtype));
            Dense cubic = w.times(w.transposed()).times(w);
            Dense zero = Dense.zero(shape[0], shape[1]);
            for (Dense g : new Dense[] {zero, w, zero.plus(-3, w), cubic}) {
                assertThat(stepped(MuonR.builder().build(iso), dtype, w, g, 2).hasBitsOf(w))
                        .as("%d × %d", shape[0], shape[1])
                        .isTrue();
            }
            assertThat(stepped(MuonR.builder().build(iso), dtype, zero, w, 2).hasBitsOf(zero))
                    .isTrue();
        }
    }

    /** G = U·D·Vᵀ in the singular vectors of W would only change its spectrum. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void gradientsOfTheSpectrumAreInvisible(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        Dense w = Dense.of(Generators.withSpectrum(7, 5, j -> 1 + 0.3 * j, 21).to(dtype));
        Dense g = Dense.of(
                Generators.withSpectrum(7, 5, j -> j % 2 == 0 ? 1 - j : j, 21).to(dtype));
        // Rounding W and G leaves generators of some u: a step is made of them only where they are above 4u‖W‖‖G‖.
        assertThat(stepped(MuonR.builder().build(iso), dtype, w, g, 2).hasBitsOf(w))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void nothingTurnsAfterGradientsStop(String backend, DType dtype) {
        MuonR muon = MuonR.builder().build(Backends.shared(backend));
        Dense w = Generators.gaussian(6, 4, 11);
        ParameterId id = register(muon, dtype, w, Orientation.OUT_IN);
        Matrix weight = w.to(dtype);
        muon.step(1, id, weight, Generators.gaussian(6, 4, 12).to(dtype));
        assertThat(muon.report(id).largestAngle()).isCloseTo(Math.atan(1e-2), within(1e-15));
        Dense moved = Dense.of(weight);
        muon.step(2, id, weight, Matrix.allocate(dtype, 6, 4));
        assertThat(Dense.of(weight).hasBitsOf(moved)).isTrue();
        assertThat(muon.report(id).largestAngle()).isZero();
    }

    /** W = diag(2, 1), G = e₁e₂ᵀ. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void smallestExample(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        Dense w = rows(new double[] {2, 0}, new double[] {0, 1});
        Dense g = rows(new double[] {0, 1}, new double[] {0, 0});
        Dense far = stepped(exact().learningRate(0.75).build(iso), dtype, w, g, 1);
        Dense expected = rows(new double[] {0.92, -1.44}, new double[] {1.44, -0.08});
        double bound = 20 * dtype.unitRoundoff();
        assertThat(far.plus(-1, expected).max()).isLessThan(bound);
        Dense near = stepped(exact().learningRate(0.1).build(iso), dtype, w, g, 1);
        Dense printed = rows(new double[] {1.9702970297, -0.2970297030}, new double[] {0.2970297030, 0.9702970297});
        assertThat(near.plus(-1, printed).max()).isLessThan(bound + 1e-10);
    }

    /** W = diag(3, 2, 1), with a plane that has no turn on either side. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void oddExample(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        Dense w = rows(new double[] {3, 0, 0}, new double[] {0, 2, 0}, new double[] {0, 0, 1});
        Dense g = rows(new double[] {0, 1, 2}, new double[] {3, 0, 1}, new double[] {1, 2, 0});
        Dense near = rows(
                new double[] {2.9645541537, 0.3335866722, -0.2398316842},
                new double[] {-0.3700663731, 1.9737462274, 0.0657680076},
                new double[] {0.0558943580, -0.0783302750, 0.9982038029});
        Dense far = rows(
                new double[] {1.7387255619, 1.7987299280, -1.0598369775},
                new double[] {-1.7243612097, 1.0244990962, 1.1810788342},
                new double[] {0.6397610427, -0.4099834567, 0.7891779450});
        double bound = 60 * dtype.unitRoundoff() + 1e-10;
        assertThat(stepped(exact().learningRate(0.1).build(iso), dtype, w, g, 1)
                        .plus(-1, near)
                        .max())
                .isLessThan(bound);
        assertThat(stepped(exact().learningRate(0.75).build(iso), dtype, w, g, 1)
                        .plus(-1, far)
                        .max())
                .isLessThan(bound);
    }

    /** (⟨G, W′⟩ − ⟨G, W⟩)/η becomes −‖sk(GWᵀ)‖_* − ‖sk(WᵀG)‖_*. */
    @Test
    void theFirstOrderDecreaseIsTheNuclearNorms() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        Dense w = Generators.gaussian(9, 6, 13);
        Dense g = Generators.gaussian(9, 6, 14);
        double rate = 1e-6;
        Dense moved = stepped(exact().learningRate(rate).build(iso), DType.F64, w, g, 1)
                .plus(-1, w);
        double slope = g.transposed().times(moved).trace() / rate;
        double expected =
                -nuclear(g.times(w.transposed())) - nuclear(w.transposed().times(g));
        // The second order is η·‖G‖·‖W‖, rounding u/η.
        assertThat(slope).isCloseTo(expected, within(1e-4 * Math.abs(expected)));
    }

    private static double nuclear(Dense x) {
        Dense values = x.plus(-1, x.transposed()).singularValues();
        double sum = 0;
        for (int j = 0; j < values.columns(); j++) {
            sum += values.get(0, j) / 2;
        }
        return sum;
    }

    /** Averaged before the sign, a rare large gradient outweighs many small ones; after it, it would not. */
    @Test
    void gradientsAreAveragedBeforeTheSign() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        Dense w = rows(new double[] {2, 0}, new double[] {0, 1});
        Dense up = rows(new double[] {0, 1}, new double[] {0, 0});
        MuonR muon = MuonR.builder().momentum(0.9).nesterov(Nesterov.OFF).build(iso);
        ParameterId id = register(muon, DType.F64, w, Orientation.OUT_IN);
        Matrix weight = w.to(DType.F64);
        muon.step(1, id, weight, Dense.zero(2, 2).plus(100, up).to(DType.F64));
        double before = weight.get(0, 1);
        for (int t = 2; t <= 10; t++) {
            muon.step(t, id, weight, Dense.zero(2, 2).plus(-1, up).to(DType.F64));
            assertThat(weight.get(0, 1)).isLessThan(before);
            before = weight.get(0, 1);
        }
    }

    @Test
    void alternationFollowsTheStepsNumber() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        Dense w = Generators.gaussian(5, 4, 15);
        Dense g = Generators.gaussian(5, 4, 16);
        MuonR alternating = MuonR.builder()
                .sides(RotationSides.ALTERNATE)
                .nesterov(Nesterov.OFF)
                .build(iso);
        ParameterId id = register(alternating, DType.F64, w, Orientation.OUT_IN);
        Matrix weight = w.to(DType.F64);
        alternating.step(2, id, weight, g.to(DType.F64));
        Dense expected = stepped(
                MuonR.builder().sides(RotationSides.OUT).nesterov(Nesterov.OFF).build(iso), DType.F64, w, g, 1);
        assertThat(Dense.of(weight).hasBitsOf(expected)).isTrue();
    }

    @Test
    void decayIsRefusedWithTheReason() {
        MuonR.Builder builder = MuonR.builder().weightDecay(0);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> builder.weightDecay(0.1))
                .withMessageContaining("singular values");
        MuonR muon = builder.build(Backends.shared(Backends.REFERENCE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> muon.register(ParameterSpec.vector("gain", DType.F32, 3, Role.NORM)))
                .withMessageContaining("AdamW");
    }
}
