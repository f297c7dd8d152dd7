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
import org.isospin.merge.Dare;
import org.isospin.merge.DeltaMerge;
import org.isospin.merge.EuclideanMerge;
import org.isospin.merge.TaskArithmetic;
import org.isospin.merge.Ties;
import org.isospin.merge.TsvM;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Merges of weights as vectors: printed examples, and what they mean element by element. */
class DeltaMergeTest {
    private static final double ROUNDING = 16 * DType.F64.unitRoundoff();

    static Stream<String> backends() {
        return Backends.available().stream();
    }

    private static Dense changes(Isospin iso, DeltaMerge method, double[] weights, Matrix... changes) {
        Matrix out = Matrix.allocate(changes[0].dtype(), changes[0].rows(), changes[0].columns());
        Generators.garbage(out);
        EuclideanMerge.changes(iso, List.of(changes), weights, method, out);
        return Dense.of(out);
    }

    private static Matrix matrix(int rows, double... values) {
        return Matrix.wrap(values, rows, values.length / rows);
    }

    private static void assertElements(Dense found, double tolerance, double... expected) {
        for (int i = 0; i < expected.length; i++) {
            assertThat(found.get(i / found.columns(), i % found.columns())).isCloseTo(expected[i], within(tolerance));
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void tiesKeepsElectsAndAverages(String backend) {
        Isospin iso = Backends.shared(backend);
        Matrix a = matrix(1, 5, -1, 3, .1, -2);
        Matrix b = matrix(1, -4, 2, 3, .2, -6);
        assertElements(changes(iso, new Ties(0.4, 1), new double[] {1, 1}, a, b), 0, 5, 0, 3, 0, -4);
        assertElements(changes(iso, new Ties(0.4, 0.5), new double[] {1, 1}, a, b), 0, 2.5, 0, 1.5, 0, -2);
        // Everything is kept: 2·5 − 1·4 > 0, −2 + 2 = 0 counts as positive.
        assertElements(changes(iso, new Ties(1, 1), new double[] {2, 1}, a, b), 1e-15, 5, 2, 3, 0.4 / 3, -10.0 / 3);
    }

    /** The same by sorting. */
    private static Dense ties(Dense[] changes, double keep) {
        int m = changes[0].rows();
        int n = changes[0].columns();
        Dense[] kept = new Dense[changes.length];
        for (int t = 0; t < changes.length; t++) {
            double[] sorted = new double[m * n];
            for (int i = 0; i < m * n; i++) {
                sorted[i] = Math.abs(changes[t].get(i / n, i % n));
            }
            Arrays.sort(sorted);
            int k = (int) (m * n * (1 - keep));
            kept[t] = Dense.zero(m, n);
            for (int i = 0; i < m * n; i++) {
                double x = changes[t].get(i / n, i % n);
                kept[t].set(i / n, i % n, k > 0 && Math.abs(x) < sorted[k - 1] ? 0 : x);
            }
        }
        Dense out = Dense.zero(m, n);
        for (int i = 0; i < m * n; i++) {
            double sum = 0;
            for (Dense change : kept) {
                sum += change.get(i / n, i % n);
            }
            double agreeing = 0;
            int count = 0;
            for (Dense change : kept) {
                double x = change.get(i / n, i % n);
                if (sum < 0 ? x < 0 : x > 0) {
                    agreeing += x;
                    count++;
                }
            }
            out.set(i / n, i % n, agreeing / Math.max(1, count));
        }
        return out;
    }

    @ParameterizedTest
    @MethodSource("backends")
    void tiesIsWhatSortingGives(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : new int[][] {{1, 1}, {7, 19}, {21, 6}, {1, 40}, {40, 1}}) {
            for (double size : new double[] {1, 1e-300, 1e300}) {
                Dense[] changes = new Dense[3];
                for (int i = 0; i < 3; i++) {
                    changes[i] =
                            Dense.zero(shape[0], shape[1]).plus(size, Generators.gaussian(shape[0], shape[1], 11 + i));
                    // Many of one magnitude, so that the smallest one kept is not alone.
                    for (int r = 0; r < shape[0]; r += 2) {
                        changes[i].set(r, 0, r % 4 == 0 ? size : -size);
                    }
                }
                for (double keep : new double[] {0.1, 0.5, 0.9, 1}) {
                    Dense found = changes(
                            iso,
                            new Ties(keep, 1),
                            new double[] {1, 1, 1},
                            Arrays.stream(changes).map(c -> c.to(DType.F64)).toArray(Matrix[]::new));
                    Dense expected = ties(changes, keep);
                    assertThat(found.plus(-1, expected).max()).isLessThanOrEqualTo(ROUNDING * expected.max());
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void tsvMTakesAwayWhatDirectionsShare(String backend) {
        Isospin iso = Backends.shared(backend);
        double[] ones = {1, 1};
        assertElements(
                changes(iso, TsvM.DEFAULT, ones, matrix(2, 3, 0, 0, 0), matrix(2, 0, 0, 0, 2)), ROUNDING, 3, 0, 0, 2);
        assertElements(
                changes(iso, TsvM.DEFAULT, ones, matrix(2, 3, 0, 0, .1), matrix(2, 0, .2, 0, 2)),
                1e-10,
                2.9962755808,
                .1001243016,
                -.1494411056,
                2.0074797942);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void tsvMOfAnyShapeIsThatOfTheTranspose(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : new int[][] {{1, 1}, {1, 5}, {2, 9}, {9, 4}, {12, 12}}) {
            Matrix[] changes = new Matrix[3];
            Matrix[] transposed = new Matrix[3];
            for (int i = 0; i < 3; i++) {
                Dense g = Generators.gaussian(shape[0], shape[1], 5 + i);
                changes[i] = g.to(DType.F64);
                transposed[i] = g.transposed().to(DType.F64);
            }
            double[] weights = {1, 0.5, 1};
            Dense found = changes(iso, new TsvM(2), weights, changes);
            Dense other = changes(iso, new TsvM(2), weights, transposed);
            assertThat(found.isFinite()).isTrue();
            assertThat(found.plus(-1, other.transposed()).max()).isLessThan(1e-12);
        }
        // One model alone keeps all its triples; one that changed nothing only takes its share of them.
        Dense alone = Generators.gaussian(9, 4, 3);
        Dense found = changes(iso, TsvM.DEFAULT, new double[] {1}, alone.to(DType.F64));
        assertThat(found.plus(-1, alone).max()).isLessThan(1e-14);
        Dense nothing = changes(
                iso,
                TsvM.DEFAULT,
                new double[] {1, 1},
                Dense.zero(3, 3).to(DType.F64),
                Dense.zero(3, 3).to(DType.F64));
        assertThat(nothing.max()).isZero();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void dareDropsTheShareAskedForAndKeepsTheMean(String backend) {
        Isospin iso = Backends.shared(backend);
        int n = 200;
        Dense ones = Dense.zero(n, n);
        for (int i = 0; i < n * n; i++) {
            ones.set(i / n, i % n, 1);
        }
        for (double p : new double[] {0, 0.3, 0.9}) {
            Dense found = changes(iso, new Dare(p, 4, 1), new double[] {1}, ones.to(DType.F64));
            double sum = 0;
            for (int i = 0; i < n * n; i++) {
                double x = found.get(i / n, i % n);
                assertThat(x == 0 || Math.abs(x - 1 / (1 - p)) < ROUNDING / (1 - p))
                        .isTrue();
                sum += x;
            }
            // Five standard deviations of a mean of n² tosses.
            assertThat(sum / (n * n)).isCloseTo(1, within(5 * Math.sqrt(p / (1 - p)) / n + ROUNDING));
            Dense again = changes(iso, new Dare(p, 4, 1), new double[] {1}, ones.to(DType.F64));
            assertThat(again.hasBitsOf(found)).isTrue();
        }
        Dense first = changes(iso, new Dare(0.5, 4, 1), new double[] {1}, ones.to(DType.F64));
        Dense second = changes(iso, new Dare(0.5, 5, 1), new double[] {1}, ones.to(DType.F64));
        Dense both = changes(iso, new Dare(0.5, 4, 1), new double[] {1, 1}, ones.to(DType.F64), ones.to(DType.F64));
        assertThat(both.plus(-1, first).plus(-1, second).max()).isZero();
        // Independent masks agree in half of the places.
        assertThat(first.plus(-1, second).frobenius() / (2 * n)).isCloseTo(Math.sqrt(0.5), within(5.0 / n));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void sumsAndMeansAreTheirDefinitions(String backend) {
        Isospin iso = Backends.shared(backend);
        for (DType dtype : DType.values()) {
            Matrix base = Generators.gaussian(5, 7, 1).to(dtype);
            Matrix a = Generators.gaussian(5, 7, 2).to(dtype);
            Matrix b = Generators.gaussian(5, 7, 3).to(dtype);
            Dense expected = Dense.of(base)
                    .plus(0.2, Dense.of(a).plus(-1, Dense.of(base)))
                    .plus(0.6, Dense.of(b).plus(-1, Dense.of(base)));
            Matrix out = Generators.garbage(Matrix.allocate(dtype, 5, 7));
            EuclideanMerge.merge(iso, base, List.of(a, b), new double[] {1, 3}, TaskArithmetic.DEFAULT, out);
            assertThat(Dense.of(out).plus(-1, expected).max()).isLessThan(16 * dtype.unitRoundoff());
            EuclideanMerge.mean(iso, List.of(b, b, b), new double[] {0, 1, 2}, out);
            assertThat(Dense.of(out).hasBitsOf(Dense.of(b))).isTrue();
            EuclideanMerge.mean(iso, List.of(a, b), new double[] {1, 3}, b);
            Dense mean =
                    Dense.of(a).plus(3, Dense.of(Generators.gaussian(5, 7, 3).to(dtype)));
            assertThat(Dense.zero(5, 7).plus(4, Dense.of(b)).plus(-1, mean).max())
                    .isLessThan(64 * dtype.unitRoundoff());
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void refusesWhatIsOutOfRange(String backend) {
        Isospin iso = Backends.shared(backend);
        assertThatThrownBy(() -> new Ties(0, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Ties(1, Double.NaN)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Dare(1, 0, 1)).isInstanceOf(IllegalArgumentException.class);
        Matrix nan = matrix(1, Double.NaN, 1);
        for (DeltaMerge method : List.of(Ties.DEFAULT, TsvM.DEFAULT)) {
            assertThatThrownBy(() -> changes(iso, method, new double[] {1}, nan))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("not finite");
        }
        assertThat(changes(iso, TaskArithmetic.DEFAULT, new double[] {1}, nan).get(0, 0))
                .isNaN();
        assertThatThrownBy(() -> changes(iso, TsvM.DEFAULT, new double[] {1, 1}, nan, matrix(1, 1, 2, 3)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("differ");
    }
}
