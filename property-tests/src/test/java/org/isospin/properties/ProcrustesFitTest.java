package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.polar.Group;
import org.isospin.polar.NullSpace;
import org.isospin.polar.Procrustes;
import org.isospin.polar.ProcrustesFit;
import org.isospin.polar.ProcrustesOptions;
import org.isospin.polar.ProcrustesOptions.Scaling;
import org.isospin.polar.ProcrustesOptions.Translation;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Procrustes problems with weights, scale, translation and null spaces: exact ones, and optima against their neighbours. */
class ProcrustesFitTest {
    private static final ProcrustesOptions PLAIN = ProcrustesOptions.DEFAULT;
    private static final ProcrustesOptions SIMILARITY =
            PLAIN.withScaling(Scaling.OPTIMAL).withTranslation(Translation.OPTIMAL);
    private static final double ROUNDING = 1e-13;

    private record Fit(Dense r, Dense t, ProcrustesFit.Result result) {}

    static Stream<String> backends() {
        return Backends.available().stream();
    }

    private static Fit fit(Isospin iso, DType dtype, Dense a, Dense b, Dense weights, ProcrustesOptions options) {
        int n = a.columns();
        Matrix r = Generators.garbage(Matrix.allocate(dtype, n, n));
        Matrix t = Generators.garbage(Matrix.allocate(dtype, 1, n));
        ProcrustesFit.Result result =
                ProcrustesFit.fit(iso, a.to(dtype), b.to(dtype), weights.to(dtype), options, r, t);
        // A deferred backend has written its outputs only now.
        return new Fit(Dense.of(r), Dense.of(t), result);
    }

    private static Fit fit(Isospin iso, Dense a, Dense b, ProcrustesOptions options) {
        return fit(iso, DType.F64, a, b, constant(a.rows(), 1, 1), options);
    }

    private static Dense constant(int m, int n, double value) {
        Dense out = Dense.zero(m, n);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                out.set(i, j, value);
            }
        }
        return out;
    }

    private static Dense column(double... values) {
        Dense out = Dense.zero(values.length, 1);
        for (int i = 0; i < values.length; i++) {
            out.set(i, 0, values[i]);
        }
        return out;
    }

    private static Dense rotation(int n, long seed) {
        Dense r = Generators.orthonormal(n, n, seed);
        boolean isReversed = r.determinant() < 0;
        for (int i = 0; i < n && isReversed; i++) {
            r.set(i, 0, -r.get(i, 0));
        }
        return r;
    }

    /** s·A·R + 1·t. */
    private static Dense moved(Dense a, double s, Dense r, Dense t) {
        Dense out = Dense.zero(a.rows(), a.columns()).plus(s, a.times(r));
        return constant(a.rows(), 1, 1).timesPlus(t, out);
    }

    private static double cost(Dense a, Dense b, Dense weights, double s, Dense r, Dense t) {
        Dense d = moved(a, s, r, t).plus(-1, b);
        double sum = 0;
        for (int i = 0; i < d.rows(); i++) {
            for (int j = 0; j < d.columns(); j++) {
                sum += weights.get(i, 0) == 0 ? 0 : weights.get(i, 0) * d.get(i, j) * d.get(i, j);
            }
        }
        return Math.sqrt(sum);
    }

    private static double distance(Dense a, Dense b) {
        return a.plus(-1, b).frobenius();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void findsSimilarities(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : new int[][] {{4, 3}, {9, 5}, {90, 70}, {3, 1}}) {
            int n = shape[1];
            Dense a = Generators.gaussian(shape[0], n, 1);
            Dense r = rotation(n, 2);
            Dense t = Generators.gaussian(1, n, 3);
            Dense b = moved(a, 2.5, r, t);
            for (Group group : Group.values()) {
                Fit found = fit(iso, a, b, SIMILARITY.withGroup(group));
                double scale = 1e-15 * Math.max(1, found.result.condition()) * Math.sqrt(n) * 16;
                assertThat(distance(found.r, r)).isLessThanOrEqualTo(scale);
                assertThat(found.result.scale()).isCloseTo(2.5, within(scale));
                assertThat(distance(found.t, t)).isLessThanOrEqualTo(8 * scale);
                assertThat(found.result.residual()).isLessThanOrEqualTo(ROUNDING * b.frobenius());
                assertThat(found.result.rank()).isEqualTo(n);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void withNothingFittedItIsProcrustes(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense a = Generators.gaussian(12, 5, 1);
        Dense b = Generators.gaussian(12, 5, 2);
        for (Group group : Group.values()) {
            Matrix out = Matrix.allocate(DType.F64, 5, 5);
            Procrustes.Result plain = iso.procrustes(a.to(DType.F64), b.to(DType.F64), group, out);
            Fit found = fit(iso, a, b, PLAIN.withGroup(group));
            assertThat(distance(found.r, Dense.of(out))).isLessThan(ROUNDING);
            assertThat(found.result.residual()).isCloseTo(plain.residual(), within(ROUNDING));
            assertThat(found.result.condition()).isCloseTo(plain.condition(), within(1e-9));
            assertThat(found.result.scale()).isEqualTo(1);
            assertThat(found.t.max()).isZero();
            Fit scaled = fit(iso, a, b, PLAIN.withGroup(group).withScaling(Scaling.OPTIMAL));
            assertThat(scaled.result.scale())
                    .isCloseTo(plain.scale() / (a.frobenius() * a.frobenius()), within(ROUNDING));
        }
    }

    /** The example of scipy's documentation: R = [[0, 0, 1], [0, 1, 0], [1, 0, 0]] up to the sign that nothing decides. */
    @ParameterizedTest
    @MethodSource("backends")
    void flipsLikeScipy(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense a = Dense.zero(2, 3);
        Dense b = Dense.zero(2, 3);
        Dense expected = Dense.zero(3, 3);
        double[][] values = {{2, 0, 1}, {-2, 0, 0}};
        for (int i = 0; i < 2; i++) {
            for (int j = 0; j < 3; j++) {
                a.set(i, j, values[i][j]);
                b.set(i, 2 - j, values[i][j]);
            }
        }
        for (int j = 0; j < 3; j++) {
            expected.set(j, 2 - j, 1);
        }
        Fit found = fit(iso, a, b, PLAIN.withNullSpace(NullSpace.NEAREST_IDENTITY));
        assertThat(distance(found.r, expected)).isLessThan(ROUNDING);
        assertThat(found.result.rank()).isEqualTo(2);
        Procrustes.Result plain = iso.procrustes(a.to(DType.F64), b.to(DType.F64));
        assertThat(plain.scale()).isCloseTo(9, within(ROUNDING));
    }

    /** scipy's test of an exact example: a unit square that becomes a diamond of side 2√2 elsewhere. */
    @ParameterizedTest
    @MethodSource("backends")
    void findsScipysExactExample(String backend) {
        Isospin iso = Backends.shared(backend);
        double[][] from = {{-3, 3}, {-2, 3}, {-2, 2}, {-3, 2}};
        double[][] to = {{3, 2}, {1, 0}, {3, -2}, {5, 0}};
        Dense a = Dense.zero(4, 2);
        Dense b = Dense.zero(4, 2);
        for (int i = 0; i < 4; i++) {
            for (int j = 0; j < 2; j++) {
                a.set(i, j, from[i][j]);
                b.set(i, j, to[i][j]);
            }
        }
        Fit found = fit(iso, a, b, SIMILARITY);
        assertThat(distance(moved(a, found.result.scale(), found.r, found.t), b))
                .isLessThan(1e-13);
        assertThat(found.result.scale()).isCloseTo(Math.sqrt(8), within(1e-14));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void noNeighbourFitsBetter(String backend) {
        Isospin iso = Backends.shared(backend);
        int n = 4;
        Dense a = Generators.gaussian(9, n, 1);
        Dense b = Generators.gaussian(9, n, 2);
        Dense weights = Generators.gaussian(9, 1, 3).magnitudes();
        for (Group group : Group.values()) {
            for (Scaling scaling : Scaling.values()) {
                for (Translation translation : Translation.values()) {
                    ProcrustesOptions options =
                            new ProcrustesOptions(group, scaling, translation, NullSpace.ANY, 0x1p-40);
                    Fit found = fit(iso, DType.F64, a, b, weights, options);
                    double s = found.result.scale();
                    double best = cost(a, b, weights, s, found.r, found.t);
                    assertThat(found.result.residual()).isCloseTo(best, within(1e-13 * b.frobenius()));
                    for (int seed = 0; seed < 40; seed++) {
                        for (double size : new double[] {1e-4, 0.1, 1.5}) {
                            Matrix turn = iso.exp(Generators.skew(DType.F64, n, size, seed));
                            Dense r = found.r.times(Dense.of(turn));
                            Dense t = found.t.plus(
                                    translation == Translation.OPTIMAL ? size : 0, Generators.gaussian(1, n, seed));
                            double factor = scaling == Scaling.OPTIMAL ? s * (1 + size * Math.sin(seed)) : s;
                            assertThat(cost(a, b, weights, factor, r, t)).isGreaterThanOrEqualTo(best - 1e-14);
                        }
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void weightsCountRows(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense a = Generators.gaussian(6, 3, 1);
        Dense b = Generators.gaussian(6, 3, 2);
        int[] counts = {1, 3, 0, 2, 0, 1};
        Dense weights = Dense.zero(6, 1);
        Dense repeatedA = Dense.zero(7, 3);
        Dense repeatedB = Dense.zero(7, 3);
        int at = 0;
        for (int i = 0; i < 6; i++) {
            weights.set(i, 0, counts[i]);
            for (int k = 0; k < counts[i]; k++, at++) {
                for (int j = 0; j < 3; j++) {
                    repeatedA.set(at, j, a.get(i, j));
                    repeatedB.set(at, j, b.get(i, j));
                }
            }
        }
        for (double bad : new double[] {0, Double.NaN, Double.NEGATIVE_INFINITY}) {
            // Missing rows may hold anything.
            b.set(2, 1, bad);
            a.set(4, 0, bad);
            for (Group group : Group.values()) {
                Fit found = fit(iso, DType.F64, a, b, weights, SIMILARITY.withGroup(group));
                Fit repeated = fit(iso, repeatedA, repeatedB, SIMILARITY.withGroup(group));
                assertThat(distance(found.r, repeated.r)).isLessThan(ROUNDING);
                assertThat(distance(found.t, repeated.t)).isLessThan(ROUNDING);
                assertThat(found.result.scale()).isCloseTo(repeated.result.scale(), within(ROUNDING));
                assertThat(found.result.residual()).isCloseTo(repeated.result.residual(), within(ROUNDING));
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void powersOfTwoChangeNoDigit(String backend) {
        Isospin iso = Backends.shared(backend);
        for (DType dtype : new DType[] {DType.F64, DType.F32}) {
            double huge = dtype == DType.F64 ? 0x1p990 : 0x1p110;
            Dense a = Dense.of(Generators.gaussian(8, 3, 1).to(dtype));
            Dense b = Dense.of(Generators.gaussian(8, 3, 2).to(dtype));
            Dense w = Dense.of(Generators.gaussian(8, 1, 3).magnitudes().to(dtype));
            Dense zero = Dense.zero(8, 3);
            Fit expected = fit(iso, dtype, a, b, w, SIMILARITY);
            Fit small =
                    fit(iso, dtype, zero.plus(1 / huge, a), zero.plus(1 / huge, b), column(w, huge / 16), SIMILARITY);
            Fit large = fit(iso, dtype, zero.plus(huge, a), zero.plus(huge, b), column(w, 1 / huge), SIMILARITY);
            assertThat(small.r.hasBitsOf(expected.r)).isTrue();
            assertThat(large.r.hasBitsOf(expected.r)).isTrue();
            assertThat(small.result.scale()).isEqualTo(expected.result.scale());
            assertThat(large.result.scale()).isEqualTo(expected.result.scale());
            assertThat(Dense.zero(1, 3).plus(huge, expected.t).hasBitsOf(large.t))
                    .isTrue();
            assertThat(large.result.residual())
                    .isCloseTo(
                            expected.result.residual() * Math.sqrt(huge),
                            within(1e-14 * expected.result.residual() * Math.sqrt(huge)));
        }
    }

    private static Dense column(Dense w, double factor) {
        return Dense.zero(w.rows(), 1).plus(factor, w);
    }

    /** The OrthoMerge notes' case of fewer rows than columns: R must stay near the identity where the data are silent. */
    @ParameterizedTest
    @MethodSource("backends")
    void theNearestSolutionMovesOnlyWhatItMust(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : new int[][] {{4, 8}, {1, 3}, {60, 80}, {7, 7}}) {
            int m = shape[0];
            int n = shape[1];
            Dense a = Generators.gaussian(m, n, 1);
            Dense b = a.plus(0.01, Generators.gaussian(m, n, 2));
            double best = Double.POSITIVE_INFINITY;
            for (Group group : Group.values()) {
                ProcrustesOptions options = PLAIN.withGroup(group).withNullSpace(NullSpace.NEAREST_IDENTITY);
                Fit nearest = fit(iso, a, b, options);
                Fit any = fit(iso, a, b, options.withNullSpace(NullSpace.ANY));
                assertThat(nearest.result.rank()).isEqualTo(Math.min(m, n));
                assertThat(any.result.rank()).isEqualTo(Math.min(m, n));
                assertThat(nearest.r.orthogonalityDefect()).isLessThan(1e-15);
                assertThat(nearest.r.determinant()).isCloseTo(1, within(1e-12));
                assertThat(nearest.result.residual()).isCloseTo(any.result.residual(), within(1e-12));
                best = Math.min(best, nearest.r.trace());
                assertThat(nearest.r.trace()).isGreaterThanOrEqualTo(any.r.trace() - 1e-12);
                // A relative change of 1% moves R about as much, times the condition of the rows.
                assertThat(distance(nearest.r, Dense.identity(n)))
                        .isLessThanOrEqualTo(0.02 * Math.sqrt(n) * nearest.result.condition());
            }
            assertThat(best).isFinite();
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void theNearestRotationHasTheRightDeterminant(String backend) {
        Isospin iso = Backends.shared(backend);
        // The row asks for the first axis to be mirrored: a rotation must then turn another axis too.
        Dense a = Dense.zero(1, 3);
        a.set(0, 0, 1);
        Dense b = Dense.zero(1, 3);
        b.set(0, 0, -1);
        ProcrustesOptions options = PLAIN.withNullSpace(NullSpace.NEAREST_IDENTITY);
        Dense free = fit(iso, a, b, options).r;
        assertThat(free.trace()).isCloseTo(1, within(ROUNDING));
        Fit rotated = fit(iso, a, b, options.withGroup(Group.ROTATION));
        assertThat(rotated.r.trace()).isCloseTo(-1, within(ROUNDING));
        assertThat(rotated.r.determinant()).isCloseTo(1, within(ROUNDING));
        assertThat(rotated.result.residual()).isLessThan(ROUNDING);
        Dense zero = Dense.zero(5, 4);
        Fit nothing = fit(iso, zero, zero, options);
        assertThat(distance(nothing.r, Dense.identity(4))).isLessThan(ROUNDING);
        assertThat(nothing.result.rank()).isZero();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void aPartialIsometryIsZeroOnTheNullSpace(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense a = Generators.gaussian(3, 7, 1);
        Dense b = Generators.gaussian(3, 7, 2);
        ProcrustesOptions options = SIMILARITY
                .withTranslation(Translation.NONE)
                .withNullSpace(NullSpace.PARTIAL_ISOMETRY)
                .withGroup(Group.ROTATION);
        Fit found = fit(iso, a, b, options);
        Dense projector = found.r.times(found.r.transposed());
        assertThat(distance(projector.times(projector), projector)).isLessThan(ROUNDING);
        assertThat(projector.trace()).isCloseTo(3, within(ROUNDING));
        assertThat(distance(a.times(projector), a)).isLessThan(ROUNDING);
        assertThat(distance(fit(iso, Dense.zero(3, 7), b, options).r, Dense.zero(7, 7)))
                .isZero();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void saysWhatDoesNotFit(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense a = Generators.gaussian(4, 3, 1);
        for (double[] w : new double[][] {{1, -1, 1, 1}, {0, 0, 0, 0}, {1, Double.NaN, 1, 1}, {1, 1, 1}}) {
            assertThatThrownBy(() -> fit(iso, DType.F64, a, a, column(w), SIMILARITY))
                    .as(Arrays.toString(w))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("weights");
        }
        Dense bad = Dense.zero(4, 3).plus(1, a);
        bad.set(0, 0, Double.NaN);
        assertThatThrownBy(() -> fit(iso, a, bad, SIMILARITY)).hasMessageContaining("finite");
        assertThatThrownBy(() -> PLAIN.withRankTolerance(1)).hasMessageContaining("tolerance");
        assertThat(fit(iso, Dense.zero(0, 3), Dense.zero(0, 3), SIMILARITY)
                        .result
                        .rank())
                .isZero();
        assertThat(fit(iso, Dense.zero(3, 0), Dense.zero(3, 0), SIMILARITY)
                        .result
                        .residual())
                .isZero();
    }
}
