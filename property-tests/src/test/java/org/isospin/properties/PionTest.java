package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.Pion;
import org.isospin.optim.PionMomentum;
import org.isospin.optim.PionScaling;
import org.isospin.optim.Role;
import org.isospin.optim.RotationMap;
import org.isospin.optim.RotationSides;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** When Pion steps and when it must not, to the last bit. */
class PionTest {
    private static final int[][] SHAPES = {{1, 1}, {1, 5}, {6, 6}, {24, 17}, {17, 40}};

    private static final Pion.Builder TRANSPORTED_WITH_SQUARES =
            Pion.builder().momentum(PionMomentum.TRANSPORTED).secondMoment(0.999, 1e-8);

    static Stream<Arguments> backendsAndTypes() {
        return Backends.available().stream()
                .flatMap(b -> Stream.of(Arguments.of(b, DType.F64), Arguments.of(b, DType.F32)));
    }

    /** Every option that changes the course of a step. */
    private static List<Pion.Builder> variants() {
        return List.of(
                Pion.builder(),
                Pion.builder().map(RotationMap.exp()),
                Pion.builder().map(RotationMap.truncatedExp(2)),
                Pion.builder().map(RotationMap.cayleyNeumann(3)).sides(RotationSides.ALTERNATE),
                Pion.builder().secondMoment(0.999, 1e-8),
                Pion.builder().momentum(PionMomentum.TRANSPORTED),
                TRANSPORTED_WITH_SQUARES,
                Pion.builder().scaling(PionScaling.SPECTRAL),
                Pion.builder().scaling(PionScaling.NONE).sides(RotationSides.IN),
                Pion.builder().sides(RotationSides.OUT));
    }

    private static Matrix weight(DType dtype, int[] shape) {
        return Generators.gaussian(shape[0], shape[1], 1).to(dtype);
    }

    private static Matrix gradient(DType dtype, int[] shape, long seed) {
        return Generators.gaussian(shape[0], shape[1], seed).to(dtype);
    }

    private static ParameterId register(Pion pion, DType dtype, int[] shape) {
        return pion.register(ParameterSpec.matrix("w", dtype, shape[0], shape[1], Orientation.OUT_IN));
    }

    private static void assertSame(Matrix actual, Matrix expected) {
        for (int i = 0; i < expected.rows(); i++) {
            for (int j = 0; j < expected.columns(); j++) {
                assertThat(actual.get(i, j)).as(i + ", " + j).isEqualTo(expected.get(i, j));
            }
        }
    }

    /** After a step with a gradient, so that the momentum would go on. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void aZeroGradientLeavesTheWeight(String backend, DType dtype) {
        for (Pion.Builder builder : variants()) {
            for (int[] shape : SHAPES) {
                Pion pion = builder.build(Backends.shared(backend));
                ParameterId id = register(pion, dtype, shape);
                Matrix w = weight(dtype, shape);
                pion.step(1, id, w, gradient(dtype, shape, 2));
                Matrix before = w.copy();
                for (int t = 2; t <= 5; t++) {
                    pion.step(t, id, w, Matrix.allocate(dtype, shape[0], shape[1]));
                    assertSame(w, before);
                }
                assertThat(pion.report(id).updateNorm()).isZero();
                assertThat(pion.report(id).largestAngle()).isZero();
            }
        }
    }

    @Test
    void aZeroGradientLetsTheMomentsDecay() {
        int[] shape = {6, 4};
        Pion pion = Pion.builder().beta(0.5).secondMoment(0.25, 1e-8).build(Backends.shared(Backends.REFERENCE));
        ParameterId id = register(pion, DType.F64, shape);
        Matrix w = weight(DType.F64, shape);
        pion.step(1, id, w, gradient(DType.F64, shape, 2));
        Dense moment = Dense.of(pion.state(id, "whole/generator_in"));
        Dense square = Dense.of(pion.state(id, "whole/square_out"));
        pion.step(2, id, w, Matrix.allocate(DType.F64, 6, 4));
        assertThat(Dense.of(pion.state(id, "whole/generator_in"))
                        .plus(-0.5, moment)
                        .max())
                .isZero();
        assertThat(Dense.of(pion.state(id, "whole/square_out"))
                        .plus(-0.25, square)
                        .max())
                .isZero();
    }

    /**
     * Of G = cW both generators are zero but for rounding errors, which a step would blow up to its full length. Divided by
     * the roots of its own squares a momentum is no multiple of W any more, and its generators are no rounding errors.
     */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void roundingErrorsMakeNoStep(String backend, DType dtype) {
        for (Pion.Builder builder : variants()) {
            if (builder == TRANSPORTED_WITH_SQUARES) {
                continue;
            }
            for (int[] shape : SHAPES) {
                for (double factor : new double[] {3, -1e-3, 1e20, 1e-15}) {
                    Pion pion = builder.build(Backends.shared(backend));
                    ParameterId id = register(pion, dtype, shape);
                    Matrix w = weight(dtype, shape);
                    Matrix before = w.copy();
                    for (int t = 1; t <= 4; t++) {
                        pion.step(
                                t,
                                id,
                                w,
                                Dense.zero(shape[0], shape[1])
                                        .plus(factor, Dense.of(before))
                                        .to(dtype));
                    }
                    assertSame(w, before);
                }
            }
        }
    }

    /** A generator of a ten-thousandth of ‖W‖‖G‖ is far above roundoff, and turns W by a full step. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void smallGeneratorsAreNoNoise(String backend, DType dtype) {
        int[] shape = {17, 40};
        Pion pion = Pion.builder().learningRate(1e-3).build(Backends.shared(backend));
        ParameterId id = register(pion, dtype, shape);
        Matrix w = weight(dtype, shape);
        pion.step(
                1, id, w, Dense.of(w).plus(1e-4, Generators.gaussian(17, 40, 2)).to(dtype));
        // The noise is 10⁻³ of the generator in F32, and the second order of the step is less.
        assertThat(pion.report(id).updateNorm() / (1e-3 * 0.2 * Math.sqrt(17 * 40)))
                .isCloseTo(1, within(1e-2));
    }

    /** Its length and its direction do not depend on how large gradients are. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void theSizeOfGradientsIsNothing(String backend, DType dtype) {
        int[] shape = {17, 40};
        Dense g = Generators.gaussian(17, 40, 2);
        Matrix expected = weight(dtype, shape);
        Pion once = Pion.builder().build(Backends.shared(backend));
        once.step(1, register(once, dtype, shape), expected, g.to(dtype));
        for (int exponent : new int[] {-80, -20, 60}) {
            Matrix w = weight(dtype, shape);
            Pion pion = Pion.builder().build(Backends.shared(backend));
            Matrix scaled =
                    Dense.zero(17, 40).plus(Math.scalb(1.0, exponent), g).to(dtype);
            pion.step(1, register(pion, dtype, shape), w, scaled);
            assertThat(Dense.of(w).plus(-1, Dense.of(expected)).max()).isLessThan(8 * dtype.unitRoundoff());
        }
    }

    /** W stored as inputs × outputs goes through the same arithmetic. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void orientationDecidesNoBit(String backend, DType dtype) {
        for (Pion.Builder builder : variants()) {
            for (int[] shape : SHAPES) {
                Isospin iso = Backends.shared(backend);
                Matrix outIn = weight(dtype, shape);
                Matrix inOut = outIn.transposed().copy();
                Pion a = builder.build(iso);
                Pion b = builder.build(iso);
                ParameterId ida = register(a, dtype, shape);
                ParameterId idb = b.register(ParameterSpec.matrix("w", dtype, shape[1], shape[0], Orientation.IN_OUT));
                for (int t = 1; t <= 3; t++) {
                    Matrix g = gradient(dtype, shape, 10 + t);
                    a.step(t, ida, outIn, g);
                    b.step(t, idb, inOut, g.transposed().copy());
                    assertSame(inOut.transposed(), outIn);
                }
            }
        }
    }

    /** Turning the inputs of W is turning the outputs of Wᵀ. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void sidesAreEachOthersTranspose(String backend, DType dtype) {
        for (int[] shape : SHAPES) {
            Isospin iso = Backends.shared(backend);
            Matrix w = weight(dtype, shape);
            Matrix turned = w.transposed().copy();
            int[] other = {shape[1], shape[0]};
            Pion in = Pion.builder().sides(RotationSides.IN).build(iso);
            Pion out = Pion.builder().sides(RotationSides.OUT).build(iso);
            ParameterId idIn = register(in, dtype, shape);
            ParameterId idOut = register(out, dtype, other);
            for (int t = 1; t <= 3; t++) {
                Matrix g = gradient(dtype, shape, 20 + t);
                in.step(t, idIn, w, g);
                out.step(t, idOut, turned, g.transposed().copy());
                assertSame(turned.transposed(), w);
            }
        }
    }

    /** The first moment alone: for a square matrix the reference keeps two of them, dense. */
    @Test
    void theStateIsAsLargeAsTheWeight() {
        int n = 512;
        Pion pion = Pion.builder().build(Backends.shared(Backends.REFERENCE));
        pion.register(ParameterSpec.matrix("w", DType.BF16, n, n, Orientation.OUT_IN));
        assertThat(pion.stateBytes()).isLessThanOrEqualTo((long) (1.01 * n * n * Float.BYTES));
    }

    @Test
    void weightDecayIsRefusedWithTheReason() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Pion.builder().weightDecay(0.1))
                .withMessageContaining("would shrink the singular values that Pion keeps");
        assertThat(Pion.builder().weightDecay(0)).isNotNull();
    }

    @Test
    void vectorsAreRefused() {
        Pion pion = Pion.builder().build(Backends.shared(Backends.REFERENCE));
        assertThatIllegalArgumentException()
                .isThrownBy(() -> pion.register(ParameterSpec.vector("b", DType.F32, 3, Role.BIAS)))
                .withMessageContaining("b: Pion turns matrices; vectors are for AdamW");
    }
}
