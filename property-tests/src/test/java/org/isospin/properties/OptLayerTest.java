package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.measure.EnergyOptions;
import org.isospin.measure.HypersphericalEnergy;
import org.isospin.optim.AdamW;
import org.isospin.optim.Optimizer;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.reparam.OptLayer;
import org.isospin.reparam.OptOptions;
import org.isospin.reparam.Orthogonalizer;
import org.isospin.reparam.Permutations;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** OPT and S-OPT layers: rotations found by hand, what construction and merges must not change, energies, gradients, a training. */
class OptLayerTest {
    private static final double U = DType.F64.unitRoundoff();

    private final Isospin iso = Backends.shared(Backends.REFERENCE);

    /** A weight's shape and what its inputs are turned by. */
    record Subject(int m, int n, Orthogonalizer orthogonalizer, double share) {
        OptOptions options() {
            return new OptOptions(orthogonalizer, share, Permutations.seeded(5));
        }
    }

    static Stream<Subject> subjects() {
        return Arrays.stream(Orthogonalizer.values())
                .flatMap(o -> Stream.of(
                        new Subject(5, 8, o, 1),
                        new Subject(9, 7, o, 0.6),
                        new Subject(4, 1, o, 0.25),
                        new Subject(1, 6, o, 0.3)));
    }

    private static Matrix garbage(int rows, int columns) {
        return Generators.garbage(Matrix.allocate(DType.F64, rows, columns));
    }

    /** P becomes what is well conditioned, but no rotation. */
    private static void turn(OptLayer layer, long seed) {
        Matrix p = layer.parameter();
        Dense.of(p)
                .plus(0.5 / Math.sqrt(layer.rotated()), Generators.gaussian(p.rows(), p.columns(), seed))
                .to(DType.F64)
                .copyTo(p);
    }

    private static Dense weight(OptLayer layer) {
        Matrix w = garbage(layer.outputs(), layer.inputs());
        layer.weight(w);
        return Dense.of(w);
    }

    private static Dense forward(OptLayer layer, Dense x) {
        Matrix y = garbage(x.rows(), layer.outputs());
        layer.forward(x.to(DType.F64), y);
        return Dense.of(y);
    }

    private static Dense rotation(OptLayer layer) {
        Matrix r = garbage(layer.rotated(), layer.rotated());
        layer.rotation(r);
        return Dense.of(r);
    }

    /** Inner products of n terms a few times, with norms within a factor 2 of the weight's. */
    private static double rounding(Subject subject, Dense w, Dense x) {
        return 64 * (subject.m + subject.n + 4) * U * Math.max(1, w.frobenius()) * Math.max(1, x.frobenius());
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void neitherConstructionNorAMergeChangesTheFunction(Subject subject) {
        for (String backend : Backends.available()) {
            Dense w = Generators.gaussian(subject.m, subject.n, 1);
            Dense x = Generators.gaussian(5, subject.n, 3);
            OptLayer layer = OptLayer.of(Backends.shared(backend), subject.options(), w.to(DType.F64));
            double bound = rounding(subject, w, x);
            assertThat(weight(layer).plus(-1, w).max()).isLessThanOrEqualTo(bound);
            assertThat(forward(layer, x).plus(-1, x.times(w.transposed())).max())
                    .isLessThanOrEqualTo(bound);
            for (int merge = 1; merge <= 3; merge++) {
                turn(layer, 10 + merge);
                Dense turned = weight(layer);
                Dense y = forward(layer, x);
                assertThat(y.plus(-1, x.times(turned.transposed())).max()).isLessThanOrEqualTo(bound);
                layer.merge();
                assertThat(layer.merges()).isEqualTo(merge);
                assertThat(weight(layer).plus(-1, turned).max()).isLessThanOrEqualTo(bound);
                assertThat(forward(layer, x).plus(-1, y).max()).isLessThanOrEqualTo(bound);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void gradientsAreThoseOfTheFunction(Subject subject) {
        Dense w = Generators.gaussian(subject.m, subject.n, 1);
        OptLayer layer = OptLayer.of(iso, subject.options(), w.to(DType.F64));
        turn(layer, 7);
        Dense x = Generators.gaussian(5, subject.n, 3);
        Dense g = Generators.gaussian(5, subject.m, 4);
        Matrix gradient = Generators.garbage(layer.allocateGradient());
        Matrix dx = garbage(5, subject.n);
        layer.backward(x.to(DType.F64), g.to(DType.F64), dx, gradient);
        LayerGradients.requireAdjoint(
                "opt", y -> forward(layer, y), x, g, Dense.of(dx), List.of(layer.parameter()), List.of(gradient));
    }

    /** Neurons keep norms and angles, so their energy moves by roundoff; without an orthogonaliser by what P is off. */
    @ParameterizedTest
    @EnumSource(Orthogonalizer.class)
    void theEnergyStays(Orthogonalizer orthogonalizer) {
        Dense w = Generators.gaussian(9, 6, 1);
        OptLayer layer = OptLayer.of(iso, OptOptions.DEFAULT.withOrthogonalizer(orthogonalizer), w.to(DType.F64));
        turn(layer, 2);
        double before = HypersphericalEnergy.energy(iso, w.to(DType.F64), EnergyOptions.PION);
        double after = HypersphericalEnergy.energy(iso, weight(layer).to(DType.F64), EnergyOptions.PION);
        assertThat(rotation(layer).orthogonalityDefect() <= 64 * 6 * U)
                .isEqualTo(orthogonalizer != Orthogonalizer.FREE);
        if (orthogonalizer == Orthogonalizer.FREE) {
            assertThat(Math.abs(after - before)).isGreaterThan(0.01 * before);
        } else {
            // The nearest two of nine random directions are not nearer than 0.1: cosines are amplified by 2/0.1² at
            // most.
            assertThat(after).isCloseTo(before, within(200 * 64 * 6 * U * before));
        }
    }

    /** Ten digits of P = [2 1 0; 0 3 1; 1 0 1], of determinant 7, and thirds for the skew matrix of its triangle. */
    @Test
    void rotationsAreThoseFoundByHand() {
        double[] p = {2, 1, 0, 0, 3, 1, 1, 0, 1};
        assertRotation(
                Orthogonalizer.GRAM_SCHMIDT,
                p,
                0.8944271910,
                0.4472135955,
                0,
                -0.4190581775,
                0.8381163549,
                0.3492151479,
                0.1561737619,
                -0.3123475238,
                0.9370425713);
        assertRotation(
                Orthogonalizer.LOWDIN,
                p,
                0.8963140294,
                0.2966191513,
                -0.3296031549,
                -0.1817590703,
                0.9237724396,
                0.3370580368,
                0.4044561793,
                -0.2422014841,
                0.8819034188);
        assertRotation(
                Orthogonalizer.REFLECTIONS,
                p,
                0.8944271910,
                0.0659380473,
                -0.4423258685,
                0,
                0.9890707101,
                0.1474419562,
                0.4472135955,
                -0.1318760947,
                0.8846517369);
        double third = 1.0 / 3;
        assertRotation(
                Orthogonalizer.CAYLEY,
                new double[] {1, 0, 1},
                third,
                2 * third,
                2 * third,
                -2 * third,
                -third,
                2 * third,
                2 * third,
                -2 * third,
                third);
        assertRotation(Orthogonalizer.FREE, p, p);
    }

    private void assertRotation(Orthogonalizer orthogonalizer, double[] p, double... expected) {
        OptOptions options = OptOptions.DEFAULT.withOrthogonalizer(orthogonalizer);
        OptLayer layer = OptLayer.of(iso, options, Dense.identity(3).to(DType.F64));
        int columns = layer.parameter().columns();
        Matrix.wrap(p, p.length / columns, columns).copyTo(layer.parameter());
        Dense r = rotation(layer);
        for (int i = 0; i < expected.length; i++) {
            assertThat(r.get(i / 3, i % 3)).as(orthogonalizer.toString()).isCloseTo(expected[i], within(1e-10));
        }
    }

    /** Of P = 2Q the distance is 3√s, and its gradient 4Q/√s. */
    @Test
    void aPenaltyIsAddedToTheGradient() {
        OptOptions options = OptOptions.DEFAULT.withOrthogonalizer(Orthogonalizer.FREE);
        OptLayer layer = OptLayer.of(iso, options, Generators.gaussian(3, 4, 1).to(DType.F64));
        Dense q = Generators.orthonormal(4, 4, 2);
        Dense.zero(4, 4).plus(2, q).to(DType.F64).copyTo(layer.parameter());
        Dense before = Generators.gaussian(4, 4, 3);
        Matrix gradient = before.to(DType.F64);
        assertThat(layer.penalty(0.1, gradient)).isCloseTo(6, within(64 * U * 6));
        assertThat(Dense.of(gradient).plus(-1, before).plus(-0.2, q).max()).isLessThanOrEqualTo(64 * U);
        OptLayer skew = OptLayer.of(
                iso,
                options.withOrthogonalizer(Orthogonalizer.CAYLEY),
                Generators.gaussian(3, 4, 1).to(DType.F64));
        assertThatThrownBy(() -> skew.penalty(0.1, skew.allocateGradient()))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("skew");
    }

    /** S-OPT of a target that one rotation reaches: between merges half of the columns move, and which of them differs. */
    @Test
    void trainsOtherInputsWithEachMerge() {
        Dense w = Generators.gaussian(6, 8, 1);
        Dense root = Generators.orthonormal(8, 8, 2);
        // A square has determinant 1, as rotations that begin at I keep it.
        Dense target = w.times(root.times(root));
        Dense x = Generators.gaussian(16, 8, 3);
        OptLayer layer = OptLayer.of(iso, OptOptions.STOCHASTIC.withShare(0.5), w.to(DType.F64));
        Optimizer adam = AdamW.builder().learningRate(0.05).weightDecay(0).build(iso);
        ParameterId id = adam.register(ParameterSpec.matrix("P", DType.F64, 4, 4, Orientation.OUT_IN));
        Matrix gradient = layer.allocateGradient();
        double first = off(layer, x, target).frobenius();
        Dense moved = Dense.zero(1, 8);
        for (int t = 1; t <= 200; t++) {
            Dense before = weight(layer);
            layer.backward(x.to(DType.F64), off(layer, x, target).to(DType.F64), garbage(16, 8), gradient);
            adam.step(t, id, layer.parameter(), gradient);
            assertThat(movedColumns(weight(layer).plus(-1, before), moved)).isEqualTo(4);
            if (t % 10 == 0) {
                layer.merge();
                adam.restart(t, id);
            }
        }
        assertThat(off(layer, x, target).frobenius()).isLessThan(0.5 * first);
        for (int j = 0; j < 8; j++) {
            assertThat(moved.get(0, j)).isPositive();
        }
    }

    private static Dense off(OptLayer layer, Dense x, Dense target) {
        return forward(layer, x).plus(-1, x.times(target.transposed()));
    }

    private static int movedColumns(Dense change, Dense moved) {
        int count = 0;
        for (int j = 0; j < change.columns(); j++) {
            double sum = 0;
            for (int i = 0; i < change.rows(); i++) {
                sum += Math.abs(change.get(i, j));
            }
            count += sum > 0 ? 1 : 0;
            moved.set(0, j, moved.get(0, j) + sum);
        }
        return count;
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Matrix w = Matrix.allocate(DType.F32, 3, 10);
        assertThatThrownBy(() -> OptOptions.DEFAULT.withShare(0)).hasMessageContaining("(0, 1]");
        assertThatThrownBy(() -> OptLayer.of(iso, OptOptions.DEFAULT, w, -1)).hasMessageContaining("not -1");
        OptLayer layer = OptLayer.of(iso, OptOptions.STOCHASTIC, w);
        assertThat(layer.rotated()).isEqualTo(3);
        assertThatThrownBy(() -> layer.forward(w.transposed(), w)).hasMessageContaining("10 x 3");
        assertThatThrownBy(() -> layer.backward(w, Matrix.allocate(DType.F32, 3, 3), w, w))
                .hasMessageContaining("3 x 3")
                .hasMessageContaining("3 x 10");
        assertThat(layer).hasToString("OPT layer of 3 x 10, GRAM_SCHMIDT of 3 inputs");
    }
}
