package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.AmsGrad;
import org.isospin.optim.Nesterov;
import org.isospin.optim.Optimizer;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.Role;
import org.isospin.optim.Schedule;
import org.isospin.optim.StiefelAdam;
import org.isospin.optim.StiefelGeometry;
import org.isospin.optim.StiefelSgd;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Riemannian SGD and Adam stay on the Stiefel manifold, descend, and end where they should. */
class StiefelOptimizersTest extends ManifoldTests {
    private static final int[][] SHAPES = {{1, 1}, {7, 1}, {1, 6}, {5, 5}, {9, 4}, {4, 9}, {7, 5}};

    private static List<Optimizer> optimizers(Isospin iso, double rate) {
        List<Optimizer> all = new ArrayList<>();
        for (StiefelGeometry geometry : StiefelGeometry.values()) {
            all.add(StiefelSgd.builder()
                    .learningRate(rate)
                    .geometry(geometry)
                    .nesterov(Nesterov.ON)
                    .build(iso));
            all.add(StiefelSgd.geoopt(geometry).learningRate(rate).build(iso));
            all.add(StiefelAdam.builder()
                    .learningRate(rate)
                    .geometry(geometry)
                    .amsGrad(AmsGrad.ON)
                    .build(iso));
        }
        return all;
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void weightsStayOrthonormal(String backend, DType dtype) {
        int steps = 60;
        for (int[] shape : SHAPES) {
            int kind = 0;
            for (Optimizer optimizer : optimizers(Backends.shared(backend), 0.1)) {
                ParameterId id = register(optimizer, dtype, shape);
                Matrix w = point(shape, 1).to(dtype);
                for (int t = 1; t <= steps; t++) {
                    optimizer.step(t, id, w, gaussian(shape, 10 + t).to(dtype));
                }
                // Every step ends with a QR decomposition.
                double bound = 10 * dtype.unitRoundoff();
                assertThat(defect(w))
                        .as("%d × %d, %d", shape[0], shape[1], kind)
                        .isLessThan(bound);
                assertThat(optimizer.report(id).drift()).isLessThan(bound);
                if (Math.max(shape[0], shape[1]) > 1) {
                    assertThat(optimizer.report(id).largestAngle()).isPositive();
                    assertThat(optimizer.report(id).updateNorm()).isPositive();
                }
                kind++;
            }
        }
    }

    /** A step against a constant gradient lessens ⟨G, W⟩ by η⟨R, R⟩ to first order, R the gradient in the metric. */
    @ParameterizedTest
    @MethodSource("backends")
    void theFirstOrderDecreaseIsTheSquareOfTheGradient(String backend) {
        Isospin iso = Backends.shared(backend);
        double rate = 1e-6;
        for (int[] shape : SHAPES) {
            Dense x = point(shape, 2);
            Dense g = gaussian(shape, 3);
            for (StiefelGeometry geometry : StiefelGeometry.values()) {
                Optimizer sgd = StiefelSgd.geoopt(geometry).learningRate(rate).build(iso);
                double change = dot(g, stepped(sgd, DType.F64, x, g, 1).plus(-1, x));
                boolean isTall = shape[0] >= shape[1];
                Dense s = isTall ? x.transposed().times(g) : x.times(g.transposed());
                double normal = square(s.plus(1, s.transposed())) / 4;
                double turn = square(s.plus(-1, s.transposed())) / 4;
                double outside = square(g) - normal - turn;
                double weight = geometry == StiefelGeometry.EUCLIDEAN ? 1 : 2;
                double expected = outside + weight * turn * (geometry == StiefelGeometry.CANONICAL_DOUBLED ? 2 : 1);
                // The second order is η‖G‖³, rounding u/η.
                assertThat(change / -rate)
                        .as("%s, %d × %d", geometry, shape[0], shape[1])
                        .isCloseTo(expected, within(1e-3 * (1 + expected)));
            }
        }
    }

    private static double square(Dense m) {
        return m.frobenius() * m.frobenius();
    }

    /** The W nearest to A is its polar factor. */
    @ParameterizedTest
    @MethodSource("backends")
    void theOrthogonalProcrustesProblemIsSolved(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : new int[][] {{8, 5}, {5, 8}, {6, 6}}) {
            Dense start = point(shape, 4);
            boolean isTall = shape[0] >= shape[1];
            Dense spread = gaussian(shape, 5);
            // Near enough to the start for a square one to have its determinant.
            Matrix a = start.plus(0.3 / spread.norm2(), spread).to(DType.F64);
            Matrix nearest = Matrix.allocate(DType.F64, shape[0], shape[1]);
            iso.polar(a, nearest);
            for (StiefelGeometry geometry : StiefelGeometry.values()) {
                Optimizer sgd = StiefelSgd.builder()
                        .learningRate(0.1)
                        .momentum(0.5)
                        .geometry(geometry)
                        .build(iso);
                Optimizer adam = StiefelAdam.builder()
                        .learningRate(Schedule.of("geometric", t -> 0.1 * Math.pow(0.9, (double) t)))
                        .betas(0.5, 0.5)
                        .geometry(geometry)
                        .build(iso);
                for (Optimizer optimizer : List.of(sgd, adam)) {
                    ParameterId id = register(optimizer, DType.F64, shape);
                    Matrix w = start.to(DType.F64);
                    for (int t = 1; t <= 300; t++) {
                        optimizer.step(
                                t, id, w, Dense.of(w).plus(-1, Dense.of(a)).to(DType.F64));
                    }
                    assertThat(Dense.of(w).plus(-1, Dense.of(nearest)).max())
                            .as("%s, %s, tall %s", optimizer.getClass().getSimpleName(), geometry, isTall)
                            .isLessThan(1e-10);
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void aZeroGradientMovesNothing(String backend, DType dtype) {
        for (int[] shape : SHAPES) {
            for (Optimizer optimizer : optimizers(Backends.shared(backend), 0.1)) {
                ParameterId id = register(optimizer, dtype, shape);
                Matrix w = gaussian(shape, 6).to(dtype);
                Dense before = Dense.of(w);
                optimizer.step(1, id, w, Matrix.allocate(dtype, shape[0], shape[1]));
                assertThat(Dense.of(w).hasBitsOf(before)).isTrue();
                assertThat(optimizer.report(id).largestAngle()).isZero();
            }
        }
    }

    /** A step of any weight ends on the manifold; a stabilized one also begins there. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void anyWeightIsBroughtToTheManifold(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : SHAPES) {
            for (StiefelGeometry geometry : StiefelGeometry.values()) {
                for (int period = 0; period < 2; period++) {
                    Optimizer sgd = StiefelSgd.builder()
                            .geometry(geometry)
                            .stabilize(period)
                            .build(iso);
                    ParameterId id = register(sgd, dtype, shape);
                    Matrix w = gaussian(shape, 7).to(dtype);
                    sgd.step(1, id, w, gaussian(shape, 8).to(dtype));
                    assertThat(defect(w)).isLessThan(10 * dtype.unitRoundoff());
                }
            }
        }
    }

    /** The columns of W may be turned among themselves: W·Q steps to W′·Q, but for the QR decomposition's signs and order. */
    @ParameterizedTest
    @MethodSource("backends")
    void canonicalStepsDoNotDependOnTheBasis(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense x = Generators.orthonormal(8, 5, 9);
        Dense q = Generators.orthonormal(5, 5, 10);
        Dense g = Generators.gaussian(8, 5, 11);
        for (StiefelGeometry geometry :
                new StiefelGeometry[] {StiefelGeometry.CANONICAL, StiefelGeometry.CANONICAL_DOUBLED}) {
            Dense once = twice(iso, geometry, x, g);
            Dense turned = twice(iso, geometry, x.times(q), g.times(q));
            assertThat(once.times(q).plus(-1, turned).max()).isLessThan(50 * DType.F64.unitRoundoff());
        }
    }

    private static Dense twice(Isospin iso, StiefelGeometry geometry, Dense x, Dense g) {
        Optimizer adam =
                StiefelAdam.builder().learningRate(0.2).geometry(geometry).build(iso);
        return stepped(adam, DType.F64, x, g, 2);
    }

    /** With AMSGrad a rare large gradient shortens all steps after it. */
    @Test
    void amsGradRemembersTheLargestSecondMoment() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        double[] lengths = new double[2];
        for (AmsGrad amsGrad : AmsGrad.values()) {
            Optimizer adam =
                    StiefelAdam.builder().betas(0, 0.5).amsGrad(amsGrad).build(iso);
            int[] shape = {6, 3};
            ParameterId id = register(adam, DType.F64, shape);
            Matrix w = point(shape, 12).to(DType.F64);
            Dense g = Generators.gaussian(6, 3, 13);
            Dense zero = Dense.zero(6, 3);
            adam.step(1, id, w, zero.plus(100, g).to(DType.F64));
            for (int t = 2; t <= 30; t++) {
                adam.step(t, id, w, g.to(DType.F64));
            }
            lengths[amsGrad.ordinal()] = adam.report(id).updateNorm();
        }
        assertThat(lengths[AmsGrad.ON.ordinal()]).isLessThan(0.1 * lengths[AmsGrad.OFF.ordinal()]);
    }

    @Test
    void whatContradictsItselfIsRefused() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StiefelSgd.builder().weightDecay(0.1))
                .withMessageContaining("singular values");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StiefelAdam.builder().weightDecay(0.1))
                .withMessageContaining("singular values");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StiefelSgd.builder()
                        .nesterov(Nesterov.ON)
                        .dampening(0.1)
                        .build(iso))
                .withMessageContaining("Nesterov");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> StiefelSgd.builder().stabilize(-1).build(iso))
                .withMessageContaining("negative");
        Optimizer sgd = StiefelSgd.builder().build(iso);
        assertThatIllegalArgumentException()
                .isThrownBy(() -> sgd.register(ParameterSpec.vector("gain", DType.F32, 3, Role.NORM)))
                .withMessageContaining("AdamW");
    }
}
