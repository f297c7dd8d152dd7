package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.reparam.PsoftLayer;
import org.isospin.reparam.PsoftOptions;
import org.isospin.reparam.PsoftOptions.Magnitudes;
import org.isospin.reparam.PsoftParameters;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.GeneratorMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** PSOFT layers: no rotation, what turns and what does not, gradients, projection. */
class PsoftLayerTest {
    private static final double U = DType.F64.unitRoundoff();

    private final Isospin iso = Backends.shared(Backends.REFERENCE);

    /** A weight's shape and what of it turns. */
    record Subject(int m, int n, PsoftOptions options) {
        @Override
        public String toString() {
            return m + " x " + n + ", rank " + options.rank() + ", " + options.magnitudes();
        }
    }

    static Stream<Subject> subjects() {
        GeneratorMap truncated = GeneratorMap.cayleyNeumann(3, CayleyStep.FULL);
        return Stream.of(
                new Subject(7, 5, PsoftOptions.DEFAULT.withRank(3)),
                new Subject(4, 9, PsoftOptions.DEFAULT.withRank(4).withMagnitudes(Magnitudes.NONE)),
                new Subject(6, 6, PsoftOptions.DEFAULT.withRank(2).withMagnitudes(Magnitudes.BEFORE)),
                new Subject(
                        5,
                        8,
                        PsoftOptions.DEFAULT.withRank(5).withMap(truncated).withMagnitudes(Magnitudes.AFTER)),
                new Subject(3, 4, PsoftOptions.DEFAULT.withRank(1)));
    }

    private static Matrix garbage(int rows, int columns) {
        return Generators.garbage(Matrix.allocate(DType.F64, rows, columns));
    }

    /** A generator of a norm of about 0.3, and factors around 1. */
    private static void turn(PsoftLayer layer, long seed) {
        for (Matrix m : layer.parameters().matrices()) {
            Dense.of(m)
                    .plus(0.15 / Math.sqrt(layer.options().rank()), Generators.gaussian(m.rows(), m.columns(), seed))
                    .to(m.dtype())
                    .copyTo(m);
        }
    }

    private static Dense weight(PsoftLayer layer) {
        Matrix w = garbage(layer.outputs(), layer.inputs());
        layer.weight(w);
        return Dense.of(w);
    }

    private static Dense forward(PsoftLayer layer, Dense x) {
        Matrix y = garbage(x.rows(), layer.outputs());
        layer.forward(x.to(DType.F64), y);
        return Dense.of(y);
    }

    /** Inner products of n terms a few times, and singular vectors that are orthonormal to a few nu. */
    private static double rounding(Subject subject, Dense w, Dense x) {
        return 64 * (subject.m + subject.n) * U * Math.max(1, w.frobenius()) * Math.max(1, x.frobenius());
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void isTheWeightUntilItIsTrainedAndThenWhatWeightTells(Subject subject) {
        for (String backend : Backends.available()) {
            Dense w = Generators.gaussian(subject.m, subject.n, 1);
            Dense x = Generators.gaussian(5, subject.n, 2);
            PsoftLayer layer = PsoftLayer.of(Backends.shared(backend), subject.options, w.to(DType.F64));
            double bound = rounding(subject, w, x);
            assertThat(weight(layer).hasBitsOf(w)).isTrue();
            assertThat(forward(layer, x).plus(-1, x.times(w.transposed())).max())
                    .isLessThanOrEqualTo(bound);
            turn(layer, 3);
            assertThat(forward(layer, x)
                            .plus(-1, x.times(weight(layer).transposed()))
                            .max())
                    .isLessThanOrEqualTo(bound);
            Matrix base = garbage(subject.m, subject.n);
            layer.base(base);
            assertThat(Dense.of(base).hasBitsOf(w)).isTrue();
        }
    }

    /** What is orthogonal to the principal directions of the inputs stays, and a rotation keeps WWᵀ. */
    @Test
    void turnsThePrincipalPartAlone() {
        Dense w = Generators.withSpectrum(6, 8, i -> 6 - i, 1);
        PsoftOptions options = PsoftOptions.DEFAULT.withRank(4).withMagnitudes(Magnitudes.NONE);
        PsoftLayer layer = PsoftLayer.of(iso, options, w.to(DType.F64));
        turn(layer, 2);
        Dense change = weight(layer).plus(-1, w);
        Dense gram = w.times(w.transposed());
        double bound = 64 * 14 * U * 36 * 6;
        assertThat(weight(layer)
                        .times(weight(layer).transposed())
                        .plus(-1, gram)
                        .max())
                .isLessThanOrEqualTo(bound);
        // Four singular values: a rotation of an even order leaves no direction where it was.
        Dense sizes = change.singularValues();
        assertThat(sizes.get(0, 3)).isGreaterThan(0.01);
        assertThat(sizes.get(0, 4)).isLessThanOrEqualTo(bound);
        // Its rows are among the four principal directions, of which W makes 3 or more; 2 or less of others.
        Dense turned = w.times(change.transposed());
        assertThat(turned.frobenius()).isGreaterThanOrEqualTo((3 - bound) * change.frobenius());
    }

    @ParameterizedTest
    @MethodSource("subjects")
    void gradientsAreThoseOfTheFunction(Subject subject) {
        PsoftLayer layer = PsoftLayer.of(
                iso,
                subject.options,
                Generators.gaussian(subject.m, subject.n, 1).to(DType.F64));
        turn(layer, 7);
        Dense x = Generators.gaussian(5, subject.n, 3);
        Dense g = Generators.gaussian(5, subject.m, 4);
        PsoftParameters gradient = layer.parameters().allocateLike();
        gradient.matrices().forEach(Generators::garbage);
        Matrix dx = garbage(5, subject.n);
        layer.backward(x.to(DType.F64), g.to(DType.F64), dx, gradient);
        LayerGradients.requireAdjoint(
                "psoft",
                y -> forward(layer, y),
                x,
                g,
                Dense.of(dx),
                layer.parameters().matrices(),
                gradient.matrices());
    }

    @Test
    void theGeneratorStaysInItsBall() {
        PsoftOptions options = PsoftOptions.DEFAULT.withRank(4).withEpsilon(0.25);
        PsoftLayer layer =
                PsoftLayer.of(iso, options, Generators.gaussian(6, 5, 1).to(DType.F64));
        Matrix generator = layer.parameters().generator();
        Generators.gaussian(1, 6, 2).to(DType.F64).copyTo(generator);
        Dense once = weight(layer);
        Dense projected = Dense.of(generator);
        // A sum of six squares is off by less than 8u.
        assertThat(Math.sqrt(2) * projected.frobenius()).isLessThanOrEqualTo(0.25 * (1 + 8 * U));
        assertThat(Math.sqrt(2) * projected.frobenius()).isGreaterThan(0.25 * (1 - 32 * U));
        assertThat(weight(layer).hasBitsOf(once)).isTrue();
        assertThat(Dense.of(generator).hasBitsOf(projected)).isTrue();
    }

    @Test
    void whatDoesNotFitIsRefused() {
        Matrix w = Generators.gaussian(3, 10, 1).to(DType.F32);
        assertThatThrownBy(() -> PsoftLayer.of(iso, PsoftOptions.DEFAULT.withRank(4), w))
                .hasMessageContaining("a rank of 4")
                .hasMessageContaining("3 x 10");
        assertThatThrownBy(() -> PsoftOptions.DEFAULT.withRank(0)).hasMessageContaining("not 0");
        PsoftLayer layer = PsoftLayer.of(iso, PsoftOptions.DEFAULT.withRank(2), w);
        assertThat(layer.parameters().count()).isEqualTo(1 + 2 + 2);
        PsoftLayer other = PsoftLayer.of(iso, PsoftOptions.DEFAULT.withRank(2).withMagnitudes(Magnitudes.AFTER), w);
        Matrix y = Matrix.allocate(DType.F32, 3, 3);
        assertThatThrownBy(() -> layer.backward(w, y, w, other.parameters().allocateLike()))
                .hasMessageContaining("factors before, factors after")
                .hasMessageContaining("the gradient is of");
        assertThatThrownBy(() -> layer.forward(w, w)).hasMessageContaining("3 x 3");
    }
}
