package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.optim.AngleLaw;
import org.isospin.optim.LieOrtho;
import org.isospin.optim.Nesterov;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.RotationMap;
import org.isospin.optim.RotationSides;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignNormalization;
import org.isospin.properties.LieOrthoReference.Settings;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Orthogonalised momentum in Lie space against plain loops, and what it keeps. */
class LieOrthoTest {
    private static final int[][] SHAPES = {{2, 2}, {5, 3}, {3, 5}, {8, 8}, {9, 14}, {1, 6}, {6, 1}};

    static Stream<Arguments> backendsAndTypes() {
        return Backends.available().stream()
                .flatMap(b -> Stream.of(Arguments.of(b, DType.F64), Arguments.of(b, DType.F32)));
    }

    private static double[][] array(Dense m) {
        double[][] out = new double[m.rows()][m.columns()];
        for (int i = 0; i < m.rows(); i++) {
            for (int j = 0; j < m.columns(); j++) {
                out[i][j] = m.get(i, j);
            }
        }
        return out;
    }

    private static double distance(Matrix found, double[][] expected) {
        double largest = 0;
        for (int i = 0; i < found.rows(); i++) {
            for (int j = 0; j < found.columns(); j++) {
                largest = Math.max(largest, Math.abs(found.get(i, j) - expected[i][j]));
            }
        }
        return largest;
    }

    private static ParameterId register(LieOrtho optimizer, Matrix w) {
        return optimizer.register(ParameterSpec.matrix("w", w.dtype(), w.rows(), w.columns(), Orientation.OUT_IN));
    }

    private static Matrix gaussian(DType dtype, int[] shape, long seed) {
        return Generators.gaussian(shape[0], shape[1], seed).to(dtype);
    }

    static Stream<Arguments> settings() {
        return backendsAndTypes()
                .flatMap(a -> Stream.of(RotationSides.values())
                        .flatMap(sides -> Stream.of(
                                        new Settings(0.95, true, 0.25, 0.25, true),
                                        new Settings(0.9, true, 0, 0, false),
                                        new Settings(0.5, false, -0.5, 1, true))
                                .map(settings -> Arguments.of(a.get()[0], a.get()[1], sides, settings))));
    }

    /**
     * Five quintic steps amplify a rounding error by up to 3.4445⁵ = 485, of which θ = 0.02 is left: 10u, in each of six steps
     * and of several operations each.
     */
    @ParameterizedTest
    @MethodSource("settings")
    void stepsAreThoseOfPlainLoops(String backend, DType dtype, RotationSides sides, Settings settings) {
        for (int[] shape : SHAPES) {
            for (boolean isFixed : new boolean[] {true, false}) {
                LieOrtho optimizer = LieOrtho.builder()
                        .learningRate(5e-3)
                        .momentum(settings.beta(), settings.isNesterov() ? Nesterov.ON : Nesterov.OFF)
                        .sides(sides)
                        .angle(isFixed ? AngleLaw.fixed(8) : AngleLaw.rms(0.3, 0.024))
                        .sideExponent(settings.gamma())
                        .decorrelation(settings.lambda())
                        .map(settings.isExact() ? RotationMap.cayley() : RotationMap.cayleyNeumann(3))
                        .build(Backends.shared(backend));
                Dense initial = Dense.zero(shape[0], shape[1]).plus(0.08, Generators.gaussian(shape[0], shape[1], 1));
                Matrix w = initial.to(dtype);
                ParameterId id = register(optimizer, w);
                LieOrthoReference reference = new LieOrthoReference(settings, array(Dense.of(w)));
                for (int t = 1; t <= 6; t++) {
                    Matrix g = gaussian(dtype, shape, 10 + t);
                    optimizer.step(t, id, w, g);
                    boolean isIn = sides == RotationSides.BOTH
                            || sides == RotationSides.IN
                            || (sides == RotationSides.ALTERNATE && t % 2 == 1);
                    boolean isOut = sides == RotationSides.BOTH || !isIn;
                    double rms = Math.sqrt(LieOrthoReference.dot(reference.w, reference.w) / (shape[0] * shape[1]));
                    double theta = isFixed ? 0.02 : Math.min(5e-3 * 0.3 / rms, 0.024);
                    reference.step(array(Dense.of(g)), theta, isIn, isOut);
                    assertThat(distance(w, reference.w))
                            .as("%d × %d, step %d", shape[0], shape[1], t)
                            .isLessThan(dtype == DType.F64 ? 1e-12 : 1e-4);
                }
            }
        }
    }

    /** f(W·(I + Q)(I − Q)⁻¹) for f = ⟨G, ·⟩ has the derivative 2(G_in)ᵢⱼ by the packed qᵢⱼ, and with Q on the other side 2(G_out)ᵢⱼ. */
    @Test
    void momentsAreHalfThePackedGradients() {
        int[] shape = {5, 4};
        Matrix w = gaussian(DType.F64, shape, 1);
        Matrix g = gaussian(DType.F64, shape, 2);
        Dense before = Dense.of(w);
        LieOrtho optimizer = LieOrtho.builder().momentum(0.5, Nesterov.ON).build(Backends.shared(Backends.REFERENCE));
        ParameterId id = register(optimizer, w);
        optimizer.step(1, id, w, g);
        // A view of the inputs has Wᵀ: its generator is GᵀW − WᵀG.
        Dense in = Dense.of(SkewMatrix.wrap(4, optimizer.state(id, "whole/generator_in")));
        Dense out = Dense.of(SkewMatrix.wrap(5, optimizer.state(id, "whole/generator_out")));
        for (int i = 0; i < 5; i++) {
            for (int j = i + 1; j < 5; j++) {
                double slope = slope(before, Dense.of(g), i, j, false);
                assertThat(4 * out.get(i, j)).isCloseTo(slope, within(1e-8));
                if (j < 4) {
                    assertThat(-4 * in.get(i, j)).isCloseTo(slope(before, Dense.of(g), i, j, true), within(1e-8));
                }
            }
        }
    }

    /** By central differences of 10⁻⁵, which err by their square and by u/10⁻⁵. */
    private static double slope(Dense w, Dense g, int i, int j, boolean isIn) {
        double h = 1e-5;
        double slope = 0;
        for (int sign = -1; sign <= 1; sign += 2) {
            SkewMatrix q = SkewMatrix.allocate(DType.F64, isIn ? w.columns() : w.rows());
            Dense dense = Dense.of(q);
            dense.set(i, j, sign * h);
            dense.set(j, i, -sign * h);
            // (I + Q)(I − Q)⁻¹ = I + 2(Q + Q²)/(1 + h²) for a single plane.
            Dense rotation =
                    Dense.identity(q.order()).plus(2 / (1 + h * h), dense).plus(2 / (1 + h * h), dense.times(dense));
            Dense turned = isIn ? w.times(rotation) : rotation.times(w);
            slope += sign * g.transposed().times(turned).trace() / (2 * h);
        }
        return slope;
    }

    /** What a step errs by, 4u√p as {@link OptimizerStepLaws} has it, adds up as a walk. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void singularValuesStayAndTheLossFalls(String backend, DType dtype) {
        for (int[] shape : SHAPES) {
            Dense before = OptimizerStepLaws.weight(dtype, shape[0], shape[1], 3);
            Dense target = Dense.zero(shape[0], shape[1]).plus(0.3, Generators.gaussian(shape[0], shape[1], 40));
            LieOrtho optimizer = LieOrtho.builder().build(Backends.shared(backend));
            Matrix w = before.to(dtype);
            ParameterId id = register(optimizer, w);
            int steps = 100;
            for (int t = 1; t <= steps; t++) {
                optimizer.step(t, id, w, Dense.of(w).plus(-1, target).to(dtype));
            }
            double moved = Dense.of(w)
                    .singularValues()
                    .plus(-1, before.singularValues())
                    .max();
            int values = Math.min(shape[0], shape[1]);
            assertThat(moved).isLessThan(4 * dtype.unitRoundoff() * Math.sqrt(values * steps));
            assertThat(Dense.of(w).plus(-1, target).frobenius())
                    .as("%d × %d", shape[0], shape[1])
                    .isLessThan(before.plus(-1, target).frobenius());
        }
    }

    /** λ = 1 leaves nothing of X that moves W as the other side does. */
    @Test
    void decorrelatedSidesMoveAtRightAngles() {
        int[] shape = {7, 5};
        Matrix w = gaussian(DType.F64, shape, 1);
        Dense before = Dense.of(w);
        Matrix g = gaussian(DType.F64, shape, 2);
        Dense[] moved = new Dense[2];
        for (int i = 0; i < 2; i++) {
            LieOrtho optimizer = LieOrtho.builder()
                    .sides(i == 0 ? RotationSides.IN : RotationSides.OUT)
                    .angle(AngleLaw.fixed(1))
                    .decorrelation(i == 0 ? 1 : 0)
                    .map(RotationMap.truncatedExp(1))
                    .build(Backends.shared(Backends.REFERENCE));
            Matrix stepped = w.copy();
            optimizer.step(1, register(optimizer, stepped), stepped, g);
            moved[i] = Dense.of(stepped).plus(-1, before);
        }
        double common = moved[0].transposed().times(moved[1]).trace();
        assertThat(common / (moved[0].frobenius() * moved[1].frobenius())).isCloseTo(0, within(1e-12));
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void whatRotationsCannotSeeMovesNothing(String backend, DType dtype) {
        for (RotationSides sides : RotationSides.values()) {
            for (int[] shape : SHAPES) {
                Matrix w = gaussian(dtype, shape, 1);
                Dense before = Dense.of(w);
                LieOrtho optimizer = LieOrtho.builder().sides(sides).build(Backends.shared(backend));
                ParameterId id = register(optimizer, w);
                for (int t = 1; t <= 3; t++) {
                    optimizer.step(
                            t,
                            id,
                            w,
                            Dense.zero(shape[0], shape[1]).plus(-3, before).to(dtype));
                    assertThat(Dense.of(w).hasBitsOf(before)).isTrue();
                }
                optimizer.step(4, id, w, gaussian(dtype, shape, 5));
                Dense moved = Dense.of(w);
                optimizer.step(5, id, w, Matrix.allocate(dtype, shape[0], shape[1]));
                assertThat(Dense.of(w).hasBitsOf(moved)).isTrue();
                assertThat(optimizer.report(id).largestAngle()).isZero();
            }
        }
    }

    /** Turning the inputs of W is turning the outputs of Wᵀ. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void sidesAreEachOthersTranspose(String backend, DType dtype) {
        for (int[] shape : SHAPES) {
            LieOrtho in = LieOrtho.builder().sides(RotationSides.IN).build(Backends.shared(backend));
            LieOrtho out = LieOrtho.builder().sides(RotationSides.OUT).build(Backends.shared(backend));
            Matrix w = gaussian(dtype, shape, 1);
            Matrix turned = w.transposed().copy();
            ParameterId idIn = register(in, w);
            ParameterId idOut = register(out, turned);
            for (int t = 1; t <= 3; t++) {
                Matrix g = gaussian(dtype, shape, 20 + t);
                in.step(t, idIn, w, g);
                out.step(t, idOut, turned, g.transposed().copy());
            }
            // θ is made of ‖W‖_F, which is summed by rows.
            assertThat(Dense.of(turned).transposed().plus(-1, Dense.of(w)).max())
                    .isLessThan(4 * dtype.unitRoundoff());
        }
    }

    @Test
    void theReportTellsTheAngle() {
        int[] shape = {16, 4};
        Matrix w = gaussian(DType.F64, shape, 1);
        LieOrtho optimizer = LieOrtho.builder()
                .angle(AngleLaw.rms(100, 0.02))
                .sideExponent(0.5)
                .build(Backends.shared(Backends.REFERENCE));
        ParameterId id = register(optimizer, w);
        optimizer.step(2, id, w, gaussian(DType.F64, shape, 2));
        assertThat(optimizer.report(id).largestAngle()).isCloseTo(2 * 0.02 * Math.sqrt(2), within(1e-15));
    }

    @Test
    void theStateIsAsLargeAsASquareWeight() {
        LieOrtho optimizer = LieOrtho.builder().build(Backends.shared(Backends.REFERENCE));
        optimizer.register(ParameterSpec.matrix("w", DType.BF16, 512, 512, Orientation.OUT_IN));
        assertThat(optimizer.stateBytes()).isLessThanOrEqualTo(512 * 512 * Float.BYTES);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        LieOrtho.Builder builder = LieOrtho.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.weightDecay(0.1));
        assertThatIllegalArgumentException().isThrownBy(() -> AngleLaw.fixed(-1));
        assertThatIllegalArgumentException().isThrownBy(() -> AngleLaw.rms(0.3, Double.NaN));
        LieOrtho.Builder[] bad = {
            LieOrtho.builder().decorrelation(1.1),
            LieOrtho.builder().sideExponent(Double.NaN),
            LieOrtho.builder().momentum(1, Nesterov.ON),
            LieOrtho.builder().schedule(Msign.kellerJordan(5).withNormalization(MsignNormalization.ROW_SCALING))
        };
        for (LieOrtho.Builder b : bad) {
            assertThatIllegalArgumentException().isThrownBy(() -> b.build(Backends.shared(Backends.REFERENCE)));
        }
    }
}
