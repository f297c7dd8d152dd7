package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.polar.TwoSidedProcrustes;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Two-sided Procrustes problems: exact ones, permutations, and optima against their neighbours. */
class TwoSidedProcrustesTest {
    private record Sides(Dense p, Dense q, TwoSidedProcrustes.Result result) {}

    static Stream<String> backends() {
        return Backends.available().stream();
    }

    private static Sides symmetric(Isospin iso, DType dtype, Dense a, Dense b) {
        Matrix p = Generators.garbage(Matrix.allocate(dtype, a.rows(), a.rows()));
        TwoSidedProcrustes.Result result = TwoSidedProcrustes.symmetric(iso, a.to(dtype), b.to(dtype), p);
        return new Sides(Dense.of(p), Dense.of(p).transposed(), result);
    }

    private static Sides general(Isospin iso, DType dtype, Dense a, Dense b) {
        Matrix p = Generators.garbage(Matrix.allocate(dtype, a.rows(), a.rows()));
        Matrix q = Generators.garbage(Matrix.allocate(dtype, a.columns(), a.columns()));
        TwoSidedProcrustes.Result result = TwoSidedProcrustes.general(iso, a.to(dtype), b.to(dtype), p, q);
        return new Sides(Dense.of(p), Dense.of(q), result);
    }

    private static double residual(Dense p, Dense a, Dense q, Dense b) {
        return p.times(a).times(q).plus(-1, b).frobenius();
    }

    private static Dense withEigenvalues(double[] values, long seed) {
        int n = values.length;
        Dense v = Generators.orthonormal(n, n, seed);
        Dense scaled = Dense.zero(n, n);
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                scaled.set(i, j, v.get(i, j) * values[j]);
            }
        }
        Dense a = scaled.times(v.transposed());
        return Dense.zero(n, n).plus(0.5, a.plus(1, a.transposed()));
    }

    /** The least √Σ(λᵢ − μₚᵢ)² over all permutations: what eigenvalues can do, whatever the vectors. */
    private static double best(double[] lambda, double[] mu, int from) {
        if (from == mu.length) {
            double sum = 0;
            for (int i = 0; i < mu.length; i++) {
                sum += (lambda[i] - mu[i]) * (lambda[i] - mu[i]);
            }
            return Math.sqrt(sum);
        }
        double least = Double.POSITIVE_INFINITY;
        for (int i = from; i < mu.length; i++) {
            double[] swapped = mu.clone();
            swapped[from] = mu[i];
            swapped[i] = mu[from];
            least = Math.min(least, best(lambda, swapped, from + 1));
        }
        return least;
    }

    @ParameterizedTest
    @MethodSource("backends")
    void noPermutationOfEigenvaluesIsBetter(String backend) {
        Isospin iso = Backends.shared(backend);
        double[] lambda = {3, -2.5, 0, 1, -0.25};
        // Repeated values, and one that is the opposite of another: magnitudes alone would not tell them apart.
        double[] mu = {-2.5, 2.5, 1, 1, 0};
        Dense a = withEigenvalues(lambda, 1);
        Dense b = withEigenvalues(mu, 2);
        Sides found = symmetric(iso, DType.F64, a, b);
        double expected = best(lambda, mu, 0);
        assertThat(found.result.residual()).isCloseTo(expected, within(1e-13));
        assertThat(residual(found.p, a, found.q, b)).isCloseTo(expected, within(1e-13));
        assertThat(found.p.orthogonalityDefect()).isLessThan(1e-15);
        assertThat(found.result.condition()).isGreaterThan(1e12);
        for (long seed = 0; seed < 40; seed++) {
            for (double size : new double[] {1e-4, 0.1, 2}) {
                Dense p = found.p.times(Dense.of(iso.exp(Generators.skew(DType.F64, 5, size, seed))));
                assertThat(residual(p, a, p.transposed(), b)).isGreaterThanOrEqualTo(expected - 1e-14);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void findsPermutationsAndSmallTurns(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int n : new int[] {1, 2, 6, 70}) {
            double[] values = new double[n];
            Dense permutation = Dense.zero(n, n);
            for (int i = 0; i < n; i++) {
                values[i] = i - n / 3.0;
                permutation.set(i, (i + 1) % n, 1);
            }
            Dense a = Dense.zero(n, n);
            for (int i = 0; i < n; i++) {
                a.set(i, i, values[i]);
            }
            Sides found = symmetric(iso, DType.F64, a, permutation.times(a).times(permutation.transposed()));
            assertThat(found.p.magnitudes().plus(-1, permutation).max()).isLessThan(1e-12);
            assertThat(found.result.residual()).isLessThan(1e-12 * n);
            // A turn by less than a right angle is found as it is, signs included.
            Dense turn = Dense.of(iso.exp(Generators.skew(DType.F64, n, 0.3, 4)));
            Dense c = withEigenvalues(values, 5);
            Sides turned = symmetric(iso, DType.F64, c, turn.times(c).times(turn.transposed()));
            assertThat(turned.p.plus(-1, turn).max()).isLessThan(1e-12);
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void matchesSingularValues(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int[] shape : new int[][] {{4, 4}, {7, 3}, {3, 7}, {5, 1}, {1, 1}, {1, 5}}) {
            int m = shape[0];
            int n = shape[1];
            Dense a = Generators.gaussian(m, n, 1);
            Dense b = Generators.gaussian(m, n, 2);
            Sides found = general(iso, DType.F64, a, b);
            Matrix sigma = iso.svd(a.to(DType.F64)).s();
            Matrix tau = iso.svd(b.to(DType.F64)).s();
            double expected = Dense.of(sigma).plus(-1, Dense.of(tau)).frobenius();
            assertThat(found.result.residual()).isCloseTo(expected, within(1e-13));
            assertThat(residual(found.p, a, found.q, b)).isCloseTo(expected, within(1e-13));
            assertThat(found.p.orthogonalityDefect()).isLessThan(1e-15);
            assertThat(found.q.orthogonalityDefect()).isLessThan(1e-15);
            for (long seed = 0; seed < 20; seed++) {
                Dense p = found.p.times(Dense.of(iso.exp(Generators.skew(DType.F64, m, 0.1 * seed, seed))));
                Dense q = found.q.times(Dense.of(iso.exp(Generators.skew(DType.F64, n, 0.1 * seed, seed + 1))));
                assertThat(residual(p, a, q, b)).isGreaterThanOrEqualTo(expected - 1e-14);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void rankDeficiencyIsNoException(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense a = Generators.gaussian(6, 2, 1).times(Generators.gaussian(2, 4, 2));
        Dense b = Generators.gaussian(6, 1, 3).times(Generators.gaussian(1, 4, 4));
        Sides found = general(iso, DType.F64, a, b);
        assertThat(found.p.orthogonalityDefect()).isLessThan(1e-15);
        assertThat(found.q.orthogonalityDefect()).isLessThan(1e-15);
        assertThat(residual(found.p, a, found.q, b)).isCloseTo(found.result.residual(), within(1e-13));
        Dense zero = Dense.zero(3, 3);
        assertThat(symmetric(iso, DType.F64, zero, zero).p.orthogonalityDefect())
                .isLessThan(1e-15);
        assertThat(symmetric(iso, DType.F64, zero, zero).result.condition()).isInfinite();
        assertThat(general(iso, DType.F64, Dense.zero(3, 0), Dense.zero(3, 0)).p.hasBitsOf(Dense.identity(3)))
                .isTrue();
        assertThat(general(iso, DType.F64, Dense.zero(0, 3), Dense.zero(0, 3)).q.hasBitsOf(Dense.identity(3)))
                .isTrue();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void powersOfTwoChangeNoDigit(String backend) {
        Isospin iso = Backends.shared(backend);
        for (DType dtype : new DType[] {DType.F64, DType.F32}) {
            double huge = dtype == DType.F64 ? 0x1p997 : 0x1p100;
            Dense g = Generators.gaussian(5, 5, 1);
            Dense a = g.plus(1, g.transposed());
            Dense b = Generators.gaussian(5, 5, 2);
            Dense zero = Dense.zero(5, 5);
            Sides expected = symmetric(iso, dtype, a, b.plus(1, b.transposed()));
            Sides found = symmetric(iso, dtype, zero.plus(huge, a), zero.plus(1 / huge, b.plus(1, b.transposed())));
            assertThat(found.p.hasBitsOf(expected.p)).isTrue();
            Sides both = general(iso, dtype, zero.plus(huge, a), zero.plus(1 / huge, b));
            Sides plain = general(iso, dtype, a, b);
            assertThat(both.p.hasBitsOf(plain.p)).isTrue();
            assertThat(both.q.hasBitsOf(plain.q)).isTrue();
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void saysWhatDoesNotFit(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense a = Dense.identity(3);
        Dense bad = Dense.identity(3);
        bad.set(0, 0, Double.POSITIVE_INFINITY);
        assertThatThrownBy(() -> symmetric(iso, DType.F64, a, bad)).hasMessageContaining("finite");
        assertThatThrownBy(() -> general(iso, DType.F64, bad, a)).hasMessageContaining("finite");
        assertThatThrownBy(() -> symmetric(iso, DType.F64, Dense.zero(3, 2), Dense.zero(3, 2)))
                .hasMessageContaining("square");
        assertThatThrownBy(() -> general(iso, DType.F64, a, Dense.identity(2))).hasMessageContaining("differ");
    }
}
