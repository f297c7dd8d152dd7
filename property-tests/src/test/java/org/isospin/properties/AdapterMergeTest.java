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
import org.isospin.SkewBatch;
import org.isospin.merge.AdapterMerge;
import org.isospin.merge.GeneratorMean;
import org.isospin.rotation.CayleyStep;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Adapters merged in the Lie algebra: angles known in closed form, and what the correction keeps. */
class AdapterMergeTest {
    private static final double ROUNDING = 8 * DType.F64.unitRoundoff();

    static Stream<String> backends() {
        return Backends.available().stream();
    }

    private static SkewBatch block(int n, double... packed) {
        return SkewBatch.wrap(n, Matrix.wrap(packed, 1, packed.length));
    }

    /** tan(θ/2)·J for an angle in degrees. */
    private static SkewBatch plane(double degrees) {
        return block(2, -Math.tan(Math.toRadians(degrees) / 2));
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static SkewBatch merged(Isospin iso, GeneratorMean options, SkewBatch... experts) {
        SkewBatch out = SkewBatch.allocate(DType.F64, experts[0].count(), experts[0].order());
        Generators.garbage(out.packed());
        AdapterMerge.merge(iso, List.of(experts), ones(experts.length), options, out);
        return out;
    }

    private static Dense rotation(Isospin iso, SkewBatch generator) {
        Matrix r = Matrix.allocate(DType.F64, generator.order(), generator.order());
        iso.cayley(generator.get(0), CayleyStep.FULL, r);
        return Dense.of(r);
    }

    private static double angle(Isospin iso, double... degrees) {
        SkewBatch[] experts =
                Arrays.stream(degrees).mapToObj(AdapterMergeTest::plane).toArray(SkewBatch[]::new);
        Dense r = rotation(iso, merged(iso, GeneratorMean.DEFAULT, experts));
        return Math.toDegrees(Math.atan2(r.get(1, 0), r.get(0, 0)));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void planeRotationsHaveKnownMeans(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense r = rotation(iso, merged(iso, GeneratorMean.DEFAULT, block(2, -1.0 / 3), block(2, -0.5)));
        double[] expected = {119, -120, 120, 119};
        for (int i = 0; i < 4; i++) {
            assertThat(r.get(i / 2, i % 2)).isCloseTo(expected[i] / 169, within(ROUNDING));
        }
        // The printed digits are what the tolerance is.
        assertThat(angle(iso, 30, 60)).isCloseTo(45.82267383802617, within(1e-12));
        assertThat(angle(iso, 10, 10)).isCloseTo(10, within(1e-12));
        assertThat(angle(iso, 80, -20)).isCloseTo(53.83502233, within(1e-8));
        double mean = 0.5 * (Math.tan(Math.toRadians(60)) + Math.tan(Math.toRadians(85)));
        assertThat(angle(iso, 120, 170)).isCloseTo(Math.toDegrees(2 * Math.atan(mean)), within(1e-12));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void correctionUndoesAveragingAway(String backend) {
        Isospin iso = Backends.shared(backend);
        SkewBatch first = block(4, 0.2, 0, 0, 0, 0, 0);
        SkewBatch second = block(4, 0, 0, 0, 0, 0, 0.2);
        SkewBatch out = SkewBatch.allocate(DType.F64, 1, 4);
        GeneratorMean.Result result =
                AdapterMerge.merge(iso, List.of(first, second), ones(2), GeneratorMean.DEFAULT, out);
        assertThat(result.correction()).isCloseTo(Math.sqrt(2), within(ROUNDING));
        assertThat(result.magnitude()).isCloseTo(0.2 * Math.sqrt(2), within(ROUNDING));
        assertThat(Math.toDegrees(2 * Math.atan(out.packed().get(0, 0)))).isCloseTo(16.0989339511, within(1e-10));
        assertThat(out.packed().get(0, 5)).isEqualTo(out.packed().get(0, 0));
        SkewBatch plain = merged(iso, GeneratorMean.DEFAULT.withLargestCorrection(1), first, second);
        assertThat(plain.packed().get(0, 0)).isCloseTo(0.1, within(ROUNDING));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void zeroExpertShrinksTheMagnitude(String backend) {
        Isospin iso = Backends.shared(backend);
        // The axis (x, y, z) has the packed elements (−z, y, −x).
        SkewBatch[] experts = {block(3, 0, 0, -0.3), block(3, 0, 0.4, 0), block(3, 0, 0, 0)};
        Dense r = rotation(iso, merged(iso, GeneratorMean.DEFAULT, experts));
        double[] expected = {
            .9339093783,
            .0495679663,
            .3540569020,
            .0495679663,
            .9628240253,
            -.2655426765,
            -.3540569020,
            .2655426765,
            .8967334036
        };
        for (int i = 0; i < 9; i++) {
            assertThat(r.get(i / 3, i % 3)).isCloseTo(expected[i], within(1e-10));
        }
        SkewBatch out = SkewBatch.allocate(DType.F64, 1, 3);
        // Orbit's, which adds 1e-8 to a norm of 0.18.
        AdapterMerge.merge(iso, List.of(experts), new double[] {2, 1, 1}, GeneratorMean.DEFAULT, out);
        assertThat(out.packed().get(0, 2)).isCloseTo(-0.208012562, within(2e-8));
        assertThat(out.packed().get(0, 1)).isCloseTo(0.1386750414, within(2e-8));
        assertThat(out.packed().get(0, 0)).isZero();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void cancellingExpertsGiveTheIdentity(String backend) {
        Isospin iso = Backends.shared(backend);
        for (double size : new double[] {0.3, 1e-300, 1e300, Double.MIN_VALUE}) {
            SkewBatch out = SkewBatch.allocate(DType.F64, 1, 3);
            Generators.garbage(out.packed());
            GeneratorMean.Result result = AdapterMerge.merge(
                    iso,
                    List.of(block(3, size, -size, 0), block(3, -size, size, 0)),
                    ones(2),
                    GeneratorMean.DEFAULT,
                    out);
            assertThat(result.isCancelled()).isTrue();
            assertThat(Dense.of(out.packed()).max()).isZero();
        }
        SkewBatch nothing = merged(iso, GeneratorMean.DEFAULT, block(3, 0, 0, 0), block(3, 0, 0, 0));
        assertThat(Dense.of(nothing.packed()).max()).isZero();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void keepsTheMeanMagnitudeAtAnyScaleAndInAnyOrder(String backend) {
        Isospin iso = Backends.shared(backend);
        for (DType dtype : new DType[] {DType.F32, DType.F64}) {
            double[] sizes =
                    dtype == DType.F32 ? new double[] {1, 0x1p-100, 0x1p100} : new double[] {1, 0x1p-1000, 0x1p1000};
            Dense reference = Dense.zero(3, 15);
            for (double size : sizes) {
                SkewBatch[] experts = new SkewBatch[3];
                double mean = 0;
                for (int i = 0; i < 3; i++) {
                    Dense g = Dense.of(Generators.gaussian(3, 15, 7 + i).to(dtype));
                    mean += g.frobenius() / 3;
                    experts[i] =
                            SkewBatch.wrap(6, Dense.zero(3, 15).plus(size, g).to(dtype));
                }
                SkewBatch out = SkewBatch.allocate(dtype, 3, 6);
                GeneratorMean.Result result =
                        AdapterMerge.merge(iso, List.of(experts), ones(3), GeneratorMean.DEFAULT, out);
                Dense found = Dense.zero(3, 15).plus(1 / size, Dense.of(out.packed()));
                assertThat(found.frobenius()).isCloseTo(mean, within(8 * dtype.unitRoundoff() * mean));
                assertThat(result.correction()).isGreaterThan(1);
                if (size == 1) {
                    reference = found;
                }
                assertThat(found.hasBitsOf(reference)).isTrue();
                // The last expert is the output.
                AdapterMerge.merge(
                        iso, List.of(experts[2], experts[0], experts[1]), ones(3), GeneratorMean.DEFAULT, experts[2]);
                assertThat(Dense.of(experts[2].packed())
                                .plus(-1, Dense.of(out.packed()))
                                .max())
                        .isLessThan(16 * dtype.unitRoundoff() * size);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void directionsAndMagnitudesAreAsAskedFor(String backend) {
        Isospin iso = Backends.shared(backend);
        SkewBatch[] experts = {block(3, 3, 0, 0), block(3, 0, 4, 0), block(3, 0, 0, 12), block(3, 0, 0, 0)};
        GeneratorMean uniform = GeneratorMean.DEFAULT.withDirection(GeneratorMean.Direction.UNIFORM);
        double third = 1 / Math.sqrt(3);
        // The lower one of the two in the middle.
        SkewBatch median = merged(iso, uniform.withMagnitude(GeneratorMean.Magnitude.MEDIAN), experts);
        SkewBatch largest = merged(iso, uniform.withMagnitude(GeneratorMean.Magnitude.MAX), experts);
        for (int j = 0; j < 3; j++) {
            assertThat(median.packed().get(0, j)).isCloseTo(3 * third, within(3 * ROUNDING));
            assertThat(largest.packed().get(0, j)).isCloseTo(12 * third, within(12 * ROUNDING));
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void refusesWhatDoesNotFit(String backend) {
        Isospin iso = Backends.shared(backend);
        SkewBatch one = block(2, 0.5);
        SkewBatch out = SkewBatch.allocate(DType.F64, 1, 2);
        GeneratorMean options = GeneratorMean.DEFAULT;
        assertThatThrownBy(() -> AdapterMerge.merge(iso, List.of(block(2, Double.NaN)), ones(1), options, out))
                .hasMessageContaining("not finite");
        assertThatThrownBy(() -> AdapterMerge.merge(iso, List.of(one, block(3, 1, 2, 3)), ones(2), options, out))
                .hasMessageContaining("differ");
        assertThatThrownBy(() -> AdapterMerge.merge(iso, List.of(), ones(0), options, out))
                .hasMessageContaining("1 or more");
        assertThatThrownBy(() -> AdapterMerge.merge(iso, List.of(one), new double[] {0}, options, out))
                .hasMessageContaining("sum");
        assertThatThrownBy(() -> AdapterMerge.merge(iso, List.of(one), new double[] {-1}, options, out))
                .hasMessageContaining("-1");
    }
}
