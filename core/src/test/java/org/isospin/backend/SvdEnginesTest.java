package org.isospin.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.stream.Stream;
import org.isospin.ProgressListener;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The two array engines, against known singular values and against each other. */
class SvdEnginesTest {
    private static final double U = 0x1p-53;
    private static final VectorOps OPS = new VectorOps();

    private static final class Factors {
        final boolean converged;
        final double[][] u;
        final double[] s;
        final double[][] v;

        Factors(boolean converged, double[][] u, double[] s, double[][] v) {
            this.converged = converged;
            this.u = u;
            this.s = s;
            this.v = v;
        }
    }

    private static Factors jacobi(double[][] a, int m, int n) {
        double[] x = Dense.columnMajor(a, m, n);
        double[] s = new double[n];
        double[] v = new double[n * n];
        boolean converged = JacobiSvd.factor(m, n, x, s, v, OPS);
        return new Factors(converged, Dense.fromColumnMajor(x, m, n), s, Dense.fromColumnMajor(v, n, n));
    }

    private static double[] work(int m, int n) {
        double[] work = new double[Math.toIntExact(BidiagonalSvd.workLength(m, n))];
        Arrays.fill(work, Double.NaN);
        return work;
    }

    private static Factors bidiagonal(double[][] a, int m, int n) {
        double[] x = Dense.columnMajor(a, m, n);
        double[] s = new double[n];
        double[] v = new double[n * n];
        boolean converged = BidiagonalSvd.factor(m, n, x, s, v, work(m, n), OPS, ProgressListener.NONE);
        return new Factors(converged, Dense.fromColumnMajor(x, m, n), s, Dense.fromColumnMajor(v, n, n));
    }

    private static double[] values(double[][] a, int m, int n) {
        double[] s = new double[n];
        assertThat(BidiagonalSvd.singularValues(
                        m, n, Dense.columnMajor(a, m, n), s, work(m, n), OPS, ProgressListener.NONE))
                .isTrue();
        return s;
    }

    static Stream<Arguments> matrices() {
        double[][] graded = Dense.gaussian(40, 23, 5);
        double[][] dependent = Dense.gaussian(30, 30, 6);
        for (int i = 0; i < 30; i++) {
            for (int j = 10; j < 30; j++) {
                dependent[i][j] = dependent[i][j % 10] * (j - 7);
            }
        }
        for (double[] row : graded) {
            for (int j = 0; j < 23; j++) {
                row[j] *= Math.pow(10, -j);
            }
        }
        double[][] ones = new double[20][20];
        for (double[] row : ones) {
            Arrays.fill(row, 1);
        }
        return Stream.of(
                Arguments.of("1 x 1", Dense.gaussian(1, 1, 1)),
                Arguments.of("7 x 1", Dense.gaussian(7, 1, 2)),
                Arguments.of("2 x 2", Dense.gaussian(2, 2, 3)),
                Arguments.of("17 x 17", Dense.gaussian(17, 17, 4)),
                Arguments.of("65 x 33", Dense.gaussian(65, 33, 4)),
                Arguments.of("96 x 96", Dense.gaussian(96, 96, 4)),
                Arguments.of("130 x 130", Dense.gaussian(130, 130, 4)),
                Arguments.of("zero", new double[9][6]),
                Arguments.of("graded", graded),
                Arguments.of("rank 10", dependent),
                Arguments.of("ones", ones),
                Arguments.of("Hilbert", Dense.hilbert(24, 20)),
                Arguments.of("Kahan", Dense.kahan(50, 1.2)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("matrices")
    void jacobiReconstructsAndIsOrthogonal(String name, double[][] a) {
        int m = a.length;
        int n = a[0].length;
        Factors f = jacobi(a, m, n);
        check(a, f);
        double[][] gram = Dense.multiply(Dense.transpose(f.u), f.u);
        for (int j = 0; j < n; j++) {
            gram[j][j] += f.s[j] == 0 ? 1 : 0;
        }
        // The stopping rule 2u√m, measured with m·u.
        assertThat(Dense.distance(gram, Dense.identity(n)))
                .isLessThanOrEqualTo(2 * U * Math.sqrt(Math.max(m, 4)) + m * U);
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("matrices")
    void bidiagonalReconstructsAndIsOrthogonal(String name, double[][] a) {
        int m = a.length;
        int n = a[0].length;
        Factors f = bidiagonal(a, m, n);
        check(a, f);
        assertThat(Dense.defect(f.u)).isLessThanOrEqualTo(10 * U * Math.sqrt(n) + (m + n) * U);
        double[] values = values(a, m, n);
        // The same numbers, in the same order, from the same sweeps.
        assertThat(f.s).containsExactly(values);
    }

    private static void check(double[][] a, Factors f) {
        int m = a.length;
        int n = a[0].length;
        assertThat(f.converged).isTrue();
        // A column goes through about 10·n rotations of 3u each, or n reflections and 4n rotations; with random signs
        // that
        // is 3u·√(10n) ≤ 10u√n, and the oracle's own products sum to n·u at worst.
        double tolerance = 10 * U * Math.sqrt(n) + (m + n) * U;
        assertThat(Dense.defect(f.v)).isLessThanOrEqualTo(tolerance);
        double[][] us = new double[m][n];
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                us[i][j] = f.u[i][j] * f.s[j];
            }
        }
        double[][] product = Dense.multiply(us, Dense.transpose(f.v));
        assertThat(Dense.distance(product, a)).isLessThanOrEqualTo(tolerance * Dense.frobenius(a));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("matrices")
    void enginesAgree(String name, double[][] a) {
        int m = a.length;
        int n = a[0].length;
        Factors f = jacobi(a, m, n);
        double[] s = values(a, m, n);
        assertThat(s).isSortedAccordingTo((x, y) -> Double.compare(y, x));
        assertThat(f.s).isSortedAccordingTo((x, y) -> Double.compare(y, x));
        for (int j = 0; j < n; j++) {
            // 2n Householder reflections, each with an error of a few u of the norm.
            assertThat(s[j]).isBetween(f.s[j] - 4 * (n + 4) * U * f.s[0], f.s[j] + 4 * (n + 4) * U * f.s[0]);
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 3, 16, 33, 70})
    void findsGivenSingularValues(int n) {
        double[] sigma = new double[n];
        for (int j = 0; j < n; j++) {
            sigma[j] = Math.pow(2, -j % 40) * (j % 5 == 4 ? 0 : 1);
        }
        double[][] a = Dense.multiply(
                Dense.multiply(Dense.columns(Dense.orthogonal(n + 5, 1), n), Dense.diagonal(sigma)),
                Dense.transpose(Dense.orthogonal(n, 2)));
        Arrays.sort(sigma);
        double[] jacobi = jacobi(a, n + 5, n).s;
        double[] bidiagonal = values(a, n + 5, n);
        for (int j = 0; j < n; j++) {
            // The oracle's two orthogonal factors and products are good to about 12·u + n·u of σ₁ = 1.
            double tolerance = (4 * n + 24) * U;
            assertThat(jacobi[j]).isBetween(sigma[n - 1 - j] - tolerance, sigma[n - 1 - j] + tolerance);
            assertThat(bidiagonal[j]).isBetween(sigma[n - 1 - j] - tolerance, sigma[n - 1 - j] + tolerance);
        }
    }

    @Test
    void jacobiKeepsRelativeAccuracyOfScaledColumns() {
        // [1 1; 1 −½]·diag(1, 2⁻¹⁰⁰): σ₁ = √2 but for 2⁻²⁰⁰, and σ₁σ₂ = |det| = 1.5·2⁻¹⁰⁰.
        double[][] a = {{1, 0x1p-100}, {1, -0x1p-101}};
        double[] s = jacobi(a, 2, 2).s;
        assertThat(s[0]).isBetween(Math.sqrt(2) * (1 - 4 * U), Math.sqrt(2) * (1 + 4 * U));
        double second = 1.5 * 0x1p-100 / Math.sqrt(2);
        // A dot product, a rotation and a length: at most some 10 roundings.
        assertThat(s[1]).isBetween(second * (1 - 10 * U), second * (1 + 10 * U));
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 10, 100, 501})
    void bidiagonalOfOnesHasItsKnownValues(int n) {
        // d = e = 1: BᵀB is tridiagonal with σₖ = 2cos(kπ/(2n + 1)), k = 1 … n.
        double[] d = new double[n];
        double[] e = new double[n];
        Arrays.fill(d, 1);
        Arrays.fill(e, 1);
        assertThat(BidiagonalQr.singularValues(n, d, e, ProgressListener.NONE)).isTrue();
        for (int k = 1; k <= n; k++) {
            double sigma = 2 * Math.sin((2 * n + 1 - 2 * k) * Math.PI / (2 * (2 * n + 1)));
            // Relative to each value, also to the small ones: 2·tolerance 16u for deflations, 4u a sweep for some 2n
            // sweeps.
            assertThat(d[k - 1]).isBetween(sigma * (1 - (32 + 8 * n) * U), sigma * (1 + (32 + 8 * n) * U));
        }
    }

    @Test
    void gradedBidiagonalKeepsItsDeterminant() {
        int n = 60;
        double[] d = new double[n];
        double[] e = new double[n];
        double log = 0;
        for (int i = 0; i < n; i++) {
            d[i] = (i % 2 == 0 ? 1 : -1) * Math.pow(10, -2.5 * ((i * 7) % n));
            e[i] = Math.pow(10, -2.5 * ((i * 7) % n));
            log += Math.log10(Math.abs(d[i]));
        }
        assertThat(BidiagonalQr.singularValues(n, d, e, ProgressListener.NONE)).isTrue();
        for (int i = 0; i < n; i++) {
            log -= Math.log10(d[i]);
        }
        // |det| = Πσ: the errors of the values, and of the logarithms up to 150, add up.
        assertThat(Math.abs(log)).isLessThanOrEqualTo(n * (150 * U + (32 + 8 * n) * U));
    }

    @Test
    void aZeroOnTheDiagonalGivesAZeroSingularValue() {
        double[] d = {1, 2, 0, 3, 1};
        double[] e = {1, 1, 1, 1};
        assertThat(BidiagonalQr.singularValues(5, d, e, ProgressListener.NONE)).isTrue();
        assertThat(d[4]).isZero();
        assertThat(d[3]).isGreaterThan(0.1);
    }

    @Test
    void hadamardColumnsAreFoundExactly() {
        double[][] a = new double[16][16];
        for (int i = 0; i < 16; i++) {
            for (int j = 0; j < 16; j++) {
                a[i][j] = (Integer.bitCount(i & j) % 2 == 0 ? 1 : -1) * Math.scalb(1.0, -3 * j);
            }
        }
        double[] s = jacobi(a, 16, 16).s;
        for (int j = 0; j < 16; j++) {
            assertThat(s[j]).isEqualTo(4 * Math.scalb(1.0, -3 * j));
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {-1000, -300, 300, 900})
    void powersOfTwoScaleEveryBit(int exponent) {
        double[][] a = Dense.gaussian(12, 9, 3);
        double[][] b = Dense.scaled(a, Math.scalb(1.0, exponent));
        double[] sa = jacobi(a, 12, 9).s;
        double[] sb = jacobi(b, 12, 9).s;
        double[] ta = values(a, 12, 9);
        double[] tb = values(b, 12, 9);
        for (int j = 0; j < 9; j++) {
            assertThat(sb[j]).isEqualTo(Math.scalb(sa[j], exponent));
            assertThat(tb[j]).isEqualTo(Math.scalb(ta[j], exponent));
        }
    }

    @Test
    void subnormalMatricesAreScaledExactly() {
        double[][] a = {{3, 1, -2}, {0, 4, 1}, {5, -2, 2}};
        double[] expected = jacobi(a, 3, 3).s;
        double[][] b = Dense.scaled(a, Double.MIN_VALUE);
        double[] s = jacobi(b, 3, 3).s;
        double[] t = values(b, 3, 3);
        for (int j = 0; j < 3; j++) {
            // Only the last conversion rounds, to a whole multiple of 2⁻¹⁰⁷⁴.
            assertThat(s[j] / Double.MIN_VALUE).isEqualTo(Math.rint(expected[j]));
            assertThat(t[j] / Double.MIN_VALUE).isEqualTo(Math.rint(expected[j]));
        }
    }

    @Test
    void zeroAndEmptyMatrices() {
        Factors f = jacobi(new double[4][3], 4, 3);
        assertThat(f.converged).isTrue();
        assertThat(f.s).containsOnly(0);
        assertThat(f.v).isDeepEqualTo(Dense.identity(3));
        assertThat(f.u).isDeepEqualTo(new double[4][3]);
        assertThat(values(new double[4][3], 4, 3)).containsOnly(0);
        assertThat(jacobi(new double[4][0], 4, 0).converged).isTrue();
        assertThat(bidiagonal(new double[4][0], 4, 0).converged).isTrue();
        assertThat(values(new double[4][0], 4, 0)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void nonFiniteInputIsReported(double bad) {
        double[][] a = Dense.gaussian(6, 5, 3);
        a[4][3] = bad;
        assertThat(jacobi(a, 6, 5).converged).isFalse();
        assertThat(bidiagonal(a, 6, 5).converged).isFalse();
        assertThat(BidiagonalSvd.singularValues(
                        6, 5, Dense.columnMajor(a, 6, 5), new double[5], work(6, 5), OPS, ProgressListener.NONE))
                .isFalse();
    }
}
