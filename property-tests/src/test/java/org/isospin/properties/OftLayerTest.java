package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SingularMatrixException;
import org.isospin.optim.Orientation;
import org.isospin.reparam.BlockDropout;
import org.isospin.reparam.GeneratorScale;
import org.isospin.reparam.OftLayer;
import org.isospin.reparam.OftOptions;
import org.isospin.reparam.OftParameters;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.GeneratorMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** OFT, COFT and BOFT layers: no rotation, merges and their undoing, determinants, gradients, projection, dropout. */
class OftLayerTest {
    private static final double U = DType.F64.unitRoundoff();
    private static final GeneratorMap EXACT = GeneratorMap.cayley(CayleyStep.FULL);

    private final Isospin iso = Backends.shared(Backends.REFERENCE);

    /** A weight's shape and what its inputs are turned by. */
    record Subject(int m, int n, OftOptions options) {
        @Override
        public String toString() {
            return m + " x " + n + ", blocks of " + options.blockSize() + ", " + options.factors() + " factors, "
                    + options.sharing() + ", " + options.scale() + ", " + options.form() + ", " + options.map();
        }
    }

    static Stream<Subject> subjects() {
        OftOptions oft = OftOptions.DEFAULT;
        return Stream.of(OftOptions.Form.values())
                .flatMap(form -> Stream.of(
                        new Subject(5, 12, oft.withBlocks(4, 1).withForm(form)),
                        new Subject(6, 11, oft.withBlocks(4, 1).withForm(form).withMap(EXACT)),
                        new Subject(3, 7, oft.withBlocks(3, 1).withForm(form).withScale(GeneratorScale.EXPECTED_NORM)),
                        new Subject(1, 1, oft.withForm(form)),
                        new Subject(4, 5, oft.withBlocks(64, 1).withForm(form).withMap(EXACT)),
                        new Subject(
                                7,
                                12,
                                oft.withBlocks(3, 1)
                                        .withForm(form)
                                        .withSharing(OftOptions.Sharing.SHARED)
                                        .withScale(GeneratorScale.ROOT_ELEMENTS)),
                        new Subject(5, 16, OftOptions.BUTTERFLY.withBlocks(4, 3).withForm(form)),
                        new Subject(
                                3,
                                8,
                                OftOptions.BUTTERFLY
                                        .withBlocks(2, 2)
                                        .withForm(form)
                                        .withSharing(OftOptions.Sharing.SHARED))));
    }

    private static OftLayer layer(Isospin iso, Subject subject, Dense w) {
        Dense bias = Generators.gaussian(1, subject.m, 2);
        return OftLayer.of(iso, subject.options, w.to(DType.F64), bias.to(DType.F64));
    }

    private static Matrix garbage(int rows, int columns) {
        return Generators.garbage(Matrix.allocate(DType.F64, rows, columns));
    }

    /** Generators of norms of about 0.3 once scaled, and factors of outputs around 1. */
    private static void turn(OftLayer layer, long seed) {
        long next = seed;
        int b = Math.min(layer.options().blockSize(), layer.inputs());
        double deviation = 0.15 / Math.sqrt(b) / layer.options().scale().factor(b);
        for (Matrix m : layer.parameters().generators()) {
            Dense.zero(m.rows(), m.columns())
                    .plus(deviation, Generators.gaussian(m.rows(), m.columns(), next++))
                    .to(m.dtype())
                    .copyTo(m);
        }
        Matrix s = layer.parameters().outputScale();
        for (int i = 0; s != null && i < s.columns(); i++) {
            s.set(0, i, 1 + 0.1 * i);
        }
    }

    private static Dense weight(OftLayer layer) {
        Matrix w = garbage(layer.outputs(), layer.inputs());
        layer.weight(w);
        return Dense.of(w);
    }

    private static Dense forward(OftLayer layer, Dense x) {
        Matrix y = garbage(x.rows(), layer.outputs());
        layer.forward(x.to(DType.F64), y);
        return Dense.of(y);
    }

    private static Dense plusBias(OftLayer layer, Dense y) {
        Matrix bias = layer.parameters().bias();
        Dense out = Dense.zero(y.rows(), y.columns());
        for (int i = 0; i < y.rows(); i++) {
            for (int j = 0; j < y.columns(); j++) {
                out.set(i, j, y.get(i, j) + (bias == null ? 0 : bias.get(0, j)));
            }
        }
        return out;
    }

    /** Inner products of n terms a few times, with norms within a factor 2 of the weight's. */
    private static double rounding(int n, Dense w, Dense x) {
        return 32 * (n + 4) * U * Math.max(1, w.frobenius()) * Math.max(1, x.frobenius());
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void withoutGeneratorsIsTheBaseBitForBit(Subject subject) {
        for (String backend : Backends.available()) {
            Isospin on = Backends.shared(backend);
            Dense w = Generators.gaussian(subject.m, subject.n, 1);
            Dense x = Generators.gaussian(5, subject.n, 3);
            OftLayer layer = layer(on, subject, w);
            OftLayer without = layer(on, new Subject(subject.m, subject.n, subject.options.withBlocks(1, 1)), w);
            assertThat(weight(layer).hasBitsOf(w)).isTrue();
            assertThat(forward(layer, x).hasBitsOf(forward(without, x))).isTrue();
            turn(layer, 4);
            Matrix base = garbage(subject.m, subject.n);
            layer.base(base);
            assertThat(Dense.of(base).hasBitsOf(w)).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void mergesAndUndoesThem(Subject subject) {
        for (String backend : Backends.available()) {
            Dense w = Generators.gaussian(subject.m, subject.n, 1);
            Dense x = Generators.gaussian(5, subject.n, 3);
            OftLayer layer = layer(Backends.shared(backend), subject, w);
            turn(layer, 4);
            double bound = rounding(subject.n + subject.m, w, x);
            Dense y = forward(layer, x);
            Dense merged = weight(layer);
            assertThat(y.plus(-1, plusBias(layer, x.times(merged.transposed()))).max())
                    .isLessThanOrEqualTo(bound);
            Matrix undone = garbage(subject.m, subject.n);
            layer.unmerge(merged.to(DType.F64), undone);
            assertThat(Dense.of(undone).plus(-1, w).max()).isLessThanOrEqualTo(bound);
            layer.merge();
            assertThat(weight(layer).hasBitsOf(merged)).isTrue();
            assertThat(forward(layer, x).plus(-1, y).max()).isLessThanOrEqualTo(bound);
        }
    }

    /** As the weight of a layer whose generators, and factors' distances from 1, are so many times as large. */
    @ParameterizedTest
    @MethodSource("subjects")
    void aStrengthScalesWhatWasTrained(Subject subject) {
        Dense w = Generators.gaussian(subject.m, subject.n, 1);
        OftLayer layer = layer(iso, subject, w);
        turn(layer, 4);
        assertThat(weight(layer, 0).hasBitsOf(w)).isTrue();
        assertThat(weight(layer, 1).hasBitsOf(weight(layer))).isTrue();
        for (double strength : new double[] {-1, 0.5, 0.8}) {
            OftLayer other = layer(iso, subject, w);
            turn(other, 4);
            for (Matrix m : other.parameters().generators()) {
                Dense.zero(m.rows(), m.columns())
                        .plus(strength, Dense.of(m))
                        .to(m.dtype())
                        .copyTo(m);
            }
            Matrix s = other.parameters().outputScale();
            for (int i = 0; s != null && i < s.columns(); i++) {
                s.set(0, i, 1 + strength * (s.get(0, i) - 1));
            }
            assertThat(weight(layer, strength).plus(-1, weight(other)).max())
                    .isLessThanOrEqualTo(rounding(subject.n, w, w));
        }
        assertThatThrownBy(() -> weight(layer, Double.NaN)).hasMessageContaining("finite, not NaN");
    }

    private static Dense weight(OftLayer layer, double strength) {
        Matrix w = garbage(layer.outputs(), layer.inputs());
        layer.weight(strength, w);
        return Dense.of(w);
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void exactRotationsHaveDeterminantOne(Subject subject) {
        int n = subject.n;
        OftOptions options = subject.options.withMap(EXACT).withOutputScale(OftOptions.OutputScale.NONE);
        OftLayer layer = OftLayer.of(iso, options, Dense.identity(n).to(DType.F64));
        turn(layer, 4);
        Dense r = weight(layer);
        double bound = 64 * n * options.factors() * U;
        assertThat(r.orthogonalityDefect()).isLessThanOrEqualTo(bound);
        assertThat(r.determinant()).isCloseTo(1, within(n * bound));
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void gradientsAreThoseOfTheFunction(Subject subject) {
        OftLayer layer = layer(iso, subject, Generators.gaussian(subject.m, subject.n, 1));
        turn(layer, 7);
        Dense x = Generators.gaussian(5, subject.n, 3);
        Dense g = Generators.gaussian(5, subject.m, 4);
        OftParameters gradient = layer.parameters().allocateLike();
        gradient.matrices().forEach(Generators::garbage);
        Matrix dx = garbage(5, subject.n);
        layer.backward(x.to(DType.F64), g.to(DType.F64), dx, gradient);
        LayerGradients.requireAdjoint(
                "oft",
                y -> forward(layer, y),
                x,
                g,
                Dense.of(dx),
                layer.parameters().matrices(),
                gradient.matrices());
    }

    /** Blocks of norms from far inside to far outside the ball, in every type. */
    @ParameterizedTest
    @EnumSource(DType.class)
    void projectsOntoTheBallOnce(DType dtype) {
        double epsilon = 0.5;
        OftOptions options = OftOptions.DEFAULT.withBlocks(5, 1).withEpsilon(epsilon);
        OftLayer layer =
                OftLayer.of(iso, options, Generators.gaussian(3, 2000, 1).to(dtype));
        Matrix generators = layer.parameters().generators().getFirst();
        int r = generators.rows();
        double radius = epsilon / Math.sqrt(r);
        Dense given = Generators.gaussian(r, generators.columns(), 2);
        for (int i = 0; i < r; i++) {
            double factor = radius * Math.pow(10, i % 5 - 3) * (1 + i / (double) r);
            for (int j = 0; j < generators.columns(); j++) {
                generators.set(i, j, factor * given.get(i, j));
            }
        }
        Dense before = Dense.of(generators);
        layer.project();
        Dense once = Dense.of(generators);
        layer.project();
        assertThat(Dense.of(generators).hasBitsOf(once)).isTrue();
        int inside = 0;
        for (int i = 0; i < r; i++) {
            double was = norm(before, i);
            // Sums of ten squares in F64 are off by less than 16u.
            assertThat(norm(once, i)).isLessThanOrEqualTo(radius * (1 + 16 * U));
            if (was < radius * (1 - 16 * U)) {
                inside++;
                assertThat(norm(once, i)).isEqualTo(was);
            } else {
                assertThat(norm(once, i)).isGreaterThanOrEqualTo(radius * (1 - 4 * dtype.unitRoundoff() - 64 * U));
            }
        }
        assertThat(inside).isBetween(1, r - 1);
    }

    private static double norm(Dense packed, int row) {
        double sum = 0;
        for (int j = 0; j < packed.columns(); j++) {
            sum += packed.get(row, j) * packed.get(row, j);
        }
        return Math.sqrt(2 * sum);
    }

    @Test
    void dropsTheBlocksThatASeedDraws() {
        OftOptions options = OftOptions.DEFAULT.withBlocks(4, 1).withDropout(new BlockDropout(0.5, 9));
        OftLayer layer = OftLayer.of(iso, options, Dense.identity(24).to(DType.F64));
        turn(layer, 3);
        Dense unit = Dense.identity(24);
        Dense whole = forward(layer, unit);
        layer.drop(7);
        Dense some = forward(layer, unit);
        assertThat(blocksThatTurn(some)).isEqualTo(3);
        assertThat(weight(layer).transposed().hasBitsOf(whole)).isTrue();
        OftParameters gradient = layer.parameters().allocateLike();
        layer.backward(unit.to(DType.F64), Generators.gaussian(24, 24, 5).to(DType.F64), garbage(24, 24), gradient);
        int rows = 0;
        Dense found = Dense.of(gradient.generators().getFirst());
        for (int i = 0; i < found.rows(); i++) {
            rows += norm(found, i) > 0 ? 1 : 0;
        }
        assertThat(rows).isEqualTo(3);
        boolean isOther = false;
        for (long step = 8; step < 20; step++) {
            layer.drop(step);
            isOther |= !forward(layer, unit).hasBitsOf(some);
        }
        assertThat(isOther).isTrue();
        layer.drop(7);
        assertThat(forward(layer, unit).hasBitsOf(some)).isTrue();
        layer.dropNone();
        assertThat(forward(layer, unit).hasBitsOf(whole)).isTrue();
    }

    private static int blocksThatTurn(Dense r) {
        int turning = 0;
        for (int i = 0; i < r.rows(); i += 4) {
            turning += r.get(i, i) == 1 ? 0 : 1;
        }
        return turning;
    }

    /** b·2^(m−1) of n elements in a row (arXiv 2311.06243). */
    @Test
    void aButterflyFillsWhatItsFactorsReach() {
        for (int factors = 1; factors <= 3; factors++) {
            OftOptions options = OftOptions.BUTTERFLY.withBlocks(4, factors);
            OftLayer layer = OftLayer.of(iso, options, Dense.identity(16).to(DType.F64));
            turn(layer, 3);
            Dense r = weight(layer);
            for (int i = 0; i < 16; i++) {
                int filled = 0;
                for (int j = 0; j < 16; j++) {
                    filled += r.get(i, j) == 0 ? 0 : 1;
                }
                assertThat(filled).isEqualTo(4 << (factors - 1));
            }
        }
    }

    @Test
    void trainsAsManyNumbersAsPublished() {
        // Llama 3.2 3B: 28 layers, the projections q and v, each from 3072 inputs.
        assertThat(28L * (count(3072, 3072, 96) + count(1024, 3072, 96))).isEqualTo(8_171_520);
        assertThat(28L * (count(3072, 3072, 32) + count(1024, 3072, 32))).isEqualTo(2_666_496);
    }

    private long count(int m, int n, int b) {
        Matrix w = Matrix.allocate(DType.BF16, m, n);
        return OftLayer.of(iso, OftOptions.DEFAULT.withBlocks(b, 1), w)
                .parameters()
                .count();
    }

    @Test
    void liesAsTheCallerHasIt() {
        Dense w = Generators.gaussian(5, 8, 1);
        OftOptions options = OftOptions.DEFAULT.withBlocks(4, 1).withOrientation(Orientation.IN_OUT);
        OftLayer layer = OftLayer.of(iso, options, w.transposed().to(DType.F64));
        OftLayer other = OftLayer.of(iso, options.withOrientation(Orientation.OUT_IN), w.to(DType.F64));
        turn(layer, 2);
        turn(other, 2);
        Matrix found = garbage(8, 5);
        layer.weight(found);
        assertThat(Dense.of(found).transposed().hasBitsOf(weight(other))).isTrue();
        layer.unmerge(found, found);
        assertThat(Dense.of(found).transposed().plus(-1, w).max()).isLessThanOrEqualTo(rounding(8, w, w));
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Matrix w = Matrix.allocate(DType.F32, 3, 10);
        OftOptions four = OftOptions.DEFAULT.withBlocks(4, 1);
        assertThatThrownBy(() -> OftLayer.of(iso, four.withSharing(OftOptions.Sharing.SHARED), w))
                .hasMessageContaining("blocks of 4 do not divide 10 inputs");
        assertThatThrownBy(() -> OftLayer.of(iso, four.withBlocks(4, 2), w)).hasMessageContaining("multiple of 4");
        assertThatThrownBy(() -> four.withEpsilon(0)).hasMessageContaining("epsilon > 0");
        assertThatThrownBy(() -> new BlockDropout(1.5, 0)).hasMessageContaining("1.5");
        OftLayer layer = OftLayer.of(iso, four, w);
        OftParameters other = OftLayer.of(iso, four.withBlocks(2, 1), w).parameters();
        Matrix y = Matrix.allocate(DType.F32, 2, 3);
        Matrix x = Matrix.allocate(DType.F32, 2, 10);
        assertThatThrownBy(() -> layer.backward(x, y, x, other)).hasMessageContaining("blockSize=2");
        assertThatThrownBy(() -> layer.forward(x, x)).hasMessageContaining("2 x 3");
        // (I + X)(I + X + X² + X³) is zero where X turns a plane by a quarter.
        OftLayer singular = OftLayer.of(iso, four.withBlocks(2, 1), Matrix.allocate(DType.F64, 2, 2));
        singular.parameters().generators().getFirst().set(0, 0, 1);
        Matrix m = Matrix.allocate(DType.F64, 2, 2);
        assertThatThrownBy(() -> singular.unmerge(m, m)).isInstanceOf(SingularMatrixException.class);
    }
}
