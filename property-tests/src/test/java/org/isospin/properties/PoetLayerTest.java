package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.Orientation;
import org.isospin.reparam.Permutations;
import org.isospin.reparam.PoetLayer;
import org.isospin.reparam.PoetOptions;
import org.isospin.reparam.PoetParameters;
import org.isospin.reparam.Primitive;
import org.isospin.reparam.WeightSide;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.GeneratorMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** POET layers: a case found by hand, what construction and merges must not change, spectra and gradients. */
class PoetLayerTest {
    private static final double U = DType.F64.unitRoundoff();

    /** A weight's shape and what rotates. */
    record Subject(int m, int n, String name, Primitive primitive) {
        @Override
        public String toString() {
            return m + " x " + n + ", " + name;
        }
    }

    static Stream<Subject> subjects() {
        return Stream.of(new int[] {8, 12}, new int[] {13, 7}, new int[] {1, 5}, new int[] {6, 1}, new int[] {9, 9})
                .flatMap(s -> Stream.of(
                        new Subject(s[0], s[1], "blocks of 4", Primitive.blockStochastic(4)),
                        new Subject(s[0], s[1], "blocks of 1", Primitive.blockStochastic(1)),
                        new Subject(s[0], s[1], "one block", Primitive.blockStochastic(64)),
                        new Subject(s[0], s[1], "half of all", Primitive.fullyStochastic(0.5))));
    }

    private final Isospin iso = Backends.shared(Backends.REFERENCE);

    private static PoetOptions options(Subject subject) {
        return PoetOptions.DEFAULT.withPrimitive(subject.primitive).withPermutations(Permutations.seeded(5));
    }

    private static Matrix garbage(DType dtype, int rows, int columns) {
        return Generators.garbage(Matrix.allocate(dtype, rows, columns));
    }

    /** Generators whose blocks have norms of about 0.3. */
    private static void turn(PoetLayer layer, long seed) {
        long next = seed;
        for (Matrix m : layer.parameters().generators()) {
            double deviation =
                    0.15 / Math.sqrt(layer.parameters().output().partition().blockSize());
            Dense values = Generators.gaussian(m.rows(), m.columns(), next++);
            Dense.zero(m.rows(), m.columns())
                    .plus(deviation, values)
                    .to(m.dtype())
                    .copyTo(m);
        }
    }

    static Dense weight(PoetLayer layer) {
        boolean isOutIn = layer.options().orientation() == Orientation.OUT_IN;
        Matrix w = garbage(
                layer.dtype(), isOutIn ? layer.outputs() : layer.inputs(), isOutIn ? layer.inputs() : layer.outputs());
        layer.weight(w);
        return Dense.of(isOutIn ? w : w.transposed());
    }

    static Dense forward(PoetLayer layer, Dense x) {
        Matrix y = garbage(layer.dtype(), x.rows(), layer.outputs());
        layer.forward(x.to(layer.dtype()), y);
        return Dense.of(y);
    }

    /** Inner products of n terms thrice, with norms within a factor 2 of the weight's. */
    private static double rounding(int n, Dense w, Dense x) {
        return 16 * (n + 4) * U * Math.max(1, w.frobenius()) * Math.max(1, x.frobenius());
    }

    @Test
    void isTheLayerFoundByHand() {
        Dense base = Dense.zero(4, 6);
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 6; j++) {
                base.set(i, j, (6 * i + j + 1) / 10.0);
            }
        }
        int[] in = {2, 0, 3, 1, 5, 4};
        int[] out = {1, 3, 0, 2};
        Dense w = Dense.zero(4, 6);
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 6; j++) {
                w.set(i, j, base.get(out[i], in[j]));
            }
        }
        int[][] ins = {in, {5, 4, 3, 2, 1, 0}};
        int[][] outs = {out, {2, 3, 1, 0}};
        PoetOptions options = PoetOptions.DEFAULT
                .withPrimitive(Primitive.blockStochastic(2))
                .withPermutations((side, merges, order) -> (side == WeightSide.OUTPUT ? outs : ins)[merges]);
        PoetLayer layer = PoetLayer.of(iso, options, w.to(DType.F64));
        Dense x = Dense.zero(1, 6);
        double[] numbers = {1, -1, 0.5, 2, 0, -0.5};
        for (int j = 0; j < 6; j++) {
            x.set(0, j, numbers[j]);
        }
        assertRow(forward(layer, x), 1e-12, 1.75, 4.15, 0.55, 2.95);
        Matrix.wrap(new double[] {0.1, -0.2, 0.3, 0.05, -0.15}, 5, 1)
                .copyTo(layer.parameters().generators().getFirst());
        Dense y = forward(layer, x);
        // The numbers have twelve digits.
        assertRow(y, 1e-12, 0.709110068906, 0.696740424, 0.266386041281, 1.245573912);
        assertThat(y.times(y.transposed()).get(0, 0) / 2).isCloseTo(1.3053501007522, within(1e-12));
        PoetParameters gradient = layer.parameters().allocateLike();
        layer.backward(x.to(DType.F64), y.to(DType.F64), garbage(DType.F64, 1, 6), gradient);
        // By differences in rational arithmetic.
        assertRow(
                Dense.of(gradient.generators().getFirst()).transposed(),
                1e-13,
                -0.00229542399365426,
                0.0652853073298296,
                -21.70057642443372,
                3.604796162539139,
                -6.389136825852576);
        layer.merge();
        assertRow(forward(layer, x), 1e-12, 0.709110068906, 0.696740424, 0.266386041281, 1.245573912);
        Matrix merged = garbage(DType.F64, 4, 6);
        layer.base(merged);
        double[] stored = {1.584188112, 3.184103808, 0.651915264, 2.089444896, 2.720110848, 2.40922584};
        for (int j = 0; j < 6; j++) {
            // Row 0 of what is stored is output 3, the one that the new permutation takes to 0; its columns come
            // backwards.
            assertThat(merged.get(3, 5 - j)).isCloseTo(stored[j], within(1e-12));
        }
    }

    private static void assertRow(Dense actual, double tolerance, double... expected) {
        for (int j = 0; j < expected.length; j++) {
            assertThat(actual.get(0, j)).isCloseTo(expected[j], within(tolerance));
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void neitherConstructionNorAMergeChangesTheFunction(Subject subject) {
        for (String backend : Backends.available()) {
            for (Orientation orientation : Orientation.values()) {
                Dense w = Generators.gaussian(subject.m, subject.n, 1);
                Dense bias = Generators.gaussian(1, subject.m, 2);
                Dense x = Generators.gaussian(5, subject.n, 3);
                Matrix given = orientation == Orientation.OUT_IN
                        ? w.to(DType.F64)
                        : w.transposed().to(DType.F64);
                PoetLayer layer = PoetLayer.of(
                        Backends.shared(backend),
                        options(subject).withOrientation(orientation),
                        given,
                        bias.to(DType.F64),
                        0);
                double bound = rounding(subject.n + subject.m, w, x);
                assertThat(weight(layer).hasBitsOf(w)).isTrue();
                assertThat(forward(layer, x)
                                .plus(-1, withBias(x.times(w.transposed()), bias))
                                .max())
                        .isLessThanOrEqualTo(bound);
                layer.merge();
                // Zero generators: a merge is permutations alone.
                assertThat(weight(layer).hasBitsOf(w)).isTrue();
                for (int merge = 0; merge < 3; merge++) {
                    turn(layer, 10 + merge);
                    Dense before = forward(layer, x);
                    Dense turned = weight(layer);
                    assertThat(before.plus(-1, withBias(x.times(turned.transposed()), bias))
                                    .max())
                            .isLessThanOrEqualTo(bound);
                    layer.merge();
                    assertThat(forward(layer, x).plus(-1, before).max()).isLessThanOrEqualTo(bound);
                    assertThat(weight(layer).plus(-1, turned).max()).isLessThanOrEqualTo(bound);
                    for (Matrix m : layer.parameters().generators()) {
                        assertThat(Dense.of(m).max()).isZero();
                    }
                }
                assertThat(layer.merges()).isEqualTo(4);
            }
        }
    }

    private static Dense withBias(Dense y, Dense bias) {
        Dense out = Dense.zero(y.rows(), y.columns());
        for (int i = 0; i < y.rows(); i++) {
            for (int j = 0; j < y.columns(); j++) {
                out.set(i, j, y.get(i, j) + bias.get(0, j));
            }
        }
        return out;
    }

    /** With exact rotations singular values stay; the truncated ones scale planes by 1 − θ⁴ with θ = ‖Q‖, on both sides. */
    @ParameterizedTest
    @MethodSource("subjects")
    void theSpectrumStays(Subject subject) {
        Dense w = Generators.gaussian(subject.m, subject.n, 1);
        PoetOptions exact = options(subject).withMap(GeneratorMap.cayley(CayleyStep.FULL));
        double size = w.norm2();
        double bound = 64 * (subject.m + subject.n) * U * size;
        Dense expected = w.singularValues();
        PoetLayer layer = PoetLayer.of(iso, exact, w.to(DType.F64));
        PoetLayer truncated = PoetLayer.of(iso, options(subject), w.to(DType.F64));
        double least = 1;
        for (int merge = 0; merge < 4; merge++) {
            turn(layer, 20 + merge);
            turn(truncated, 20 + merge);
            double theta = largestNorm(truncated.parameters());
            least *= Math.pow(1 - Math.pow(theta, 4), 2);
            layer.merge();
            truncated.merge();
            Dense found = weight(layer).singularValues();
            Dense near = weight(truncated).singularValues();
            for (int i = 0; i < Math.min(subject.m, subject.n); i++) {
                double sigma = expected.get(0, i);
                assertThat(found.get(0, i)).isCloseTo(sigma, within(bound));
                assertThat(near.get(0, i)).isBetween(least * sigma - bound, sigma + bound);
            }
        }
    }

    private static double largestNorm(PoetParameters parameters) {
        double largest = 0;
        for (Matrix m : parameters.generators()) {
            for (int i = 0; i < m.rows(); i++) {
                largest = Math.max(largest, Math.sqrt(2) * Dense.of(m.row(i)).frobenius());
            }
        }
        return largest;
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void gradientsAreThoseOfTheFunction(Subject subject) {
        for (GeneratorMap map : GeneratorMapTest.maps()) {
            for (PoetOptions.Memory memory : PoetOptions.Memory.values()) {
                PoetLayer layer = PoetLayer.of(
                        iso,
                        options(subject).withMap(map).withMemory(memory),
                        Generators.gaussian(subject.m, subject.n, 1).to(DType.F64),
                        Generators.gaussian(1, subject.m, 2).to(DType.F64),
                        0);
                turn(layer, 7);
                Dense x = Generators.gaussian(5, subject.n, 3);
                Dense g = Generators.gaussian(5, subject.m, 4);
                PoetParameters gradient = layer.parameters().allocateLike();
                gradient.matrices().forEach(Generators::garbage);
                Matrix dx = garbage(DType.F64, 5, subject.n);
                forward(layer, x);
                layer.backward(x.to(DType.F64), g.to(DType.F64), dx, gradient);
                LayerGradients.requireAdjoint(
                        "poet",
                        y -> forward(layer, y),
                        x,
                        g,
                        Dense.of(dx),
                        layer.parameters().matrices(),
                        gradient.matrices());
            }
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void whatIsKeptIsWhatWouldBeComputedAnew(DType dtype) {
        Matrix w = Generators.gaussian(13, 10, 1).to(dtype);
        Matrix x = Generators.gaussian(6, 10, 2).to(dtype);
        Matrix dy = Generators.gaussian(6, 13, 3).to(dtype);
        List<Matrix> found = new ArrayList<>();
        for (PoetOptions.Memory memory : PoetOptions.Memory.values()) {
            PoetOptions options = PoetOptions.DEFAULT
                    .withPrimitive(Primitive.blockStochastic(4))
                    .withMemory(memory);
            PoetLayer layer = PoetLayer.of(iso, options, w);
            turn(layer, 4);
            PoetParameters gradient = layer.parameters().allocateLike();
            Matrix y = garbage(dtype, 6, 13);
            Matrix dx = garbage(dtype, 6, 10);
            layer.forward(x, y);
            layer.backward(x, dy, dx, gradient);
            found.add(y);
            found.add(dx);
            found.addAll(gradient.matrices());
        }
        for (int i = 0; i < found.size() / 2; i++) {
            Bits.assertSame(found.get(i), found.get(i + found.size() / 2));
        }
    }

    @Test
    void backwardWithoutItsForwardIsRefused() {
        PoetLayer layer = PoetLayer.of(iso, PoetOptions.DEFAULT, Matrix.allocate(DType.F32, 4, 3));
        PoetParameters gradient = layer.parameters().allocateLike();
        Matrix x = Matrix.allocate(DType.F32, 2, 3);
        Matrix y = Matrix.allocate(DType.F32, 2, 4);
        assertThatThrownBy(() -> layer.backward(x, y, x, gradient))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("kept nothing, and x has 2");
        layer.forward(Matrix.allocate(DType.F32, 5, 3), Matrix.allocate(DType.F32, 5, 4));
        assertThatThrownBy(() -> layer.backward(x, y, x, gradient)).hasMessageContaining("kept 5 tokens");
        layer.merge();
        assertThatThrownBy(() -> layer.backward(x, y, x, gradient)).hasMessageContaining("kept nothing");
        assertThatThrownBy(() -> layer.forward(x, x)).hasMessageContaining("2 x 4");
        PoetLayer other = PoetLayer.of(iso, PoetOptions.DEFAULT, Matrix.allocate(DType.F32, 4, 5));
        assertThatThrownBy(() -> layer.backward(x, y, x, other.parameters().allocateLike()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("order=5");
    }

    /** The counts of the paper's table for blocks of 256, where they divide the sides or for the blocks that are whole. */
    @Test
    void trainsAsManyNumbersAsPublished() {
        assertThat(parameters(12, 768, 2048)).isEqualTo(22_325_760);
        // 1376 is five blocks and 96 coordinates, which the published count leaves out: three matrices a layer have
        // them.
        assertThat(parameters(8, 512, 1376) - 8L * 3 * 96 * 95 / 2).isEqualTo(9_661_440);
    }

    /** Four square matrices and three between the width and the wider one, of each layer. */
    private static long parameters(int layers, int width, int wide) {
        Primitive blocks = Primitive.blockStochastic(256);
        long narrow = blocks.partition(WeightSide.INPUT, width).parameters();
        long other = blocks.partition(WeightSide.OUTPUT, wide).parameters();
        return layers * (4 * 2 * narrow + 3 * (narrow + other));
    }

    /** W changes in the rows and columns of the random half alone. */
    @Test
    void aFullyStochasticPrimitiveLeavesTheOthers() {
        Dense w = Generators.gaussian(10, 8, 1);
        PoetLayer layer =
                PoetLayer.of(iso, PoetOptions.DEFAULT.withPrimitive(Primitive.fullyStochastic(0.5)), w.to(DType.F64));
        assertThat(layer.parameters().count()).isEqualTo(10 + 6);
        turn(layer, 2);
        Dense change = weight(layer).plus(-1, w);
        int still = 0;
        for (int i = 0; i < 10; i++) {
            for (int j = 0; j < 8; j++) {
                still += change.get(i, j) == 0 ? 1 : 0;
            }
        }
        assertThat(still).isEqualTo(5 * 4);
    }
}
