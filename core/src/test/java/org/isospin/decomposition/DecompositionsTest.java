package org.isospin.decomposition;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Arrays;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.SingularMatrixException;
import org.isospin.backend.Dense;
import org.isospin.backend.HostStream;
import org.isospin.backend.VectorOps;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class DecompositionsTest {
    private final HostStream stream = new HostStream(1, Precision.STANDARD, new VectorOps());

    @AfterEach
    void close() {
        stream.close();
    }

    private void checkSvd(Matrix a, double u) {
        double[][] a0 = Dense.array(a);
        int m = a.rows();
        int n = a.columns();
        int p = Math.min(m, n);
        Matrix left = Matrix.allocate(a.dtype(), m, p);
        Matrix s = Matrix.allocate(DType.F64, 1, p);
        Matrix right = Matrix.allocate(a.dtype(), n, p);
        Decompositions.svd(stream, a, left, s, right);
        stream.reset();
        double[][] x = Dense.array(left);
        double[][] y = Dense.array(right);
        double[] sigma = p == 0 ? new double[0] : Dense.array(s)[0];
        // The factors: products of p reflections and about 10p rotations in F64 with random signs, then one rounding of
        // each element to the output's type: uᵢ·uⱼ then changes by √2·u at most in norm, and the oracle adds m·2⁻⁵³.
        double f64 = 0x1p-53 * (20 * Math.sqrt(p) + m + n);
        assertThat(Dense.defect(x)).isLessThanOrEqualTo(f64 + 2 * u);
        assertThat(Dense.defect(y)).isLessThanOrEqualTo(f64 + 2 * u);
        double norm = p == 0 ? 0 : sigma[0];
        double[][] product = Dense.multiply(Dense.multiply(x, Dense.diagonal(sigma)), Dense.transpose(y));
        assertThat(Dense.distance(product, a0)).isLessThanOrEqualTo((f64 + 2 * u) * norm * Math.sqrt(Math.max(p, 1)));
        assertThat(sigma).isSortedAccordingTo((c, d) -> Double.compare(d, c));
        Matrix alone = Matrix.allocate(DType.F64, 1, p);
        Decompositions.singularValues(stream, a, alone);
        stream.reset();
        for (int j = 0; j < p; j++) {
            assertThat(sigma[j]).isGreaterThanOrEqualTo(0);
            assertThat(alone.get(0, j)).isBetween(sigma[j] - f64 * norm, sigma[j] + f64 * norm);
        }
    }

    static Stream<Arguments> matrices() {
        double[][] ones = new double[30][25];
        for (double[] row : ones) {
            Arrays.fill(row, 1);
        }
        double[][] graded = Dense.gaussian(33, 33, 2);
        for (int i = 0; i < 33; i++) {
            for (int j = 0; j < 33; j++) {
                graded[i][j] *= Math.pow(10, -(i + j) / 2.0);
            }
        }
        double[][] lowRank = Dense.multiply(Dense.gaussian(60, 9, 1), Dense.gaussian(9, 45, 2));
        double[][] zeroColumns = Dense.gaussian(20, 20, 5);
        for (double[] row : zeroColumns) {
            Arrays.fill(row, 3, 12, 0);
        }
        return Stream.of(
                Arguments.of("0 x 0", new double[0][0]),
                Arguments.of("5 x 0", new double[5][0]),
                Arguments.of("1 x 1", new double[][] {{-3}}),
                Arguments.of("1 x 7", Dense.gaussian(1, 7, 1)),
                Arguments.of("7 x 1", Dense.gaussian(7, 1, 1)),
                Arguments.of("2 x 2", new double[][] {{0, 1}, {1, 0}}),
                Arguments.of("33 x 33", Dense.gaussian(33, 33, 1)),
                Arguments.of("20 x 65", Dense.gaussian(20, 65, 1)),
                Arguments.of("100 x 64", Dense.gaussian(100, 64, 1)),
                Arguments.of("zero", new double[13][11]),
                Arguments.of("ones", ones),
                Arguments.of("identity", Dense.identity(40)),
                Arguments.of("orthogonal", Dense.orthogonal(40, 4)),
                Arguments.of("graded", graded),
                Arguments.of("rank 9", lowRank),
                Arguments.of("zero columns", zeroColumns),
                Arguments.of("Hilbert", Dense.hilbert(40, 30)),
                Arguments.of("140 x 120", Dense.gaussian(140, 120, 8)),
                Arguments.of("rank 60 of 120", Dense.multiply(Dense.gaussian(120, 60, 1), Dense.gaussian(60, 120, 2))),
                Arguments.of("Kahan", Dense.kahan(60, 1.2)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("matrices")
    void svdReconstructsAndIsOrthogonal(String name, double[][] a) {
        checkSvd(Dense.matrix(DType.F64, a), 0);
        checkSvd(Dense.matrix(DType.F64, Dense.transpose(a)).transposed(), 0);
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void svdOfEveryType(DType dtype) {
        checkSvd(Dense.matrix(dtype, Dense.gaussian(50, 37, 6)), dtype == DType.F64 ? 0 : dtype.unitRoundoff());
        checkSvd(Dense.matrix(dtype, Dense.gaussian(21, 37, 6)), dtype == DType.F64 ? 0 : dtype.unitRoundoff());
    }

    @ParameterizedTest
    @ValueSource(ints = {-1074, -1000, -300, 300, 1000})
    void svdOfAnyMagnitude(int exponent) {
        double[][] a = Dense.gaussian(40, 24, 6);
        for (double[] row : a) {
            for (int j = 0; j < 24; j++) {
                // Integers, so that the scaling is exact for subnormal numbers as well.
                row[j] = Math.rint(20 * row[j]);
            }
        }
        Matrix s = Matrix.allocate(DType.F64, 1, 24);
        Matrix t = Matrix.allocate(DType.F64, 1, 24);
        Matrix u = Matrix.allocate(DType.F64, 40, 24);
        Matrix v = Matrix.allocate(DType.F64, 24, 24);
        Decompositions.svd(stream, Dense.matrix(DType.F64, a), u, s, v);
        double[][] u0 = Dense.array(u);
        Decompositions.svd(stream, Dense.matrix(DType.F64, Dense.scaled(a, Math.scalb(1.0, exponent))), u, t, v);
        assertThat(Dense.array(u)).isDeepEqualTo(u0);
        for (int j = 0; j < 24; j++) {
            assertThat(t.get(0, j)).isEqualTo(Math.scalb(s.get(0, j), exponent));
        }
    }

    @Test
    void operandsMayOverlap() {
        double[][] a0 = Dense.gaussian(12, 12, 3);
        Matrix expected = Matrix.allocate(DType.F64, 12, 12);
        Matrix s = Matrix.allocate(DType.F64, 1, 12);
        Matrix v = Matrix.allocate(DType.F64, 12, 12);
        Decompositions.svd(stream, Dense.matrix(DType.F64, a0), expected, s, v);
        Matrix a = Dense.matrix(DType.F64, a0);
        Decompositions.svd(stream, a, a, s, v);
        assertThat(Dense.array(a)).isDeepEqualTo(Dense.array(expected));

        Decompositions.inverse(stream, Dense.matrix(DType.F64, a0), expected);
        a = Dense.matrix(DType.F64, a0);
        Decompositions.inverse(stream, a, a.transposed());
        assertThat(Dense.array(a.transposed())).isDeepEqualTo(Dense.array(expected));

        Decompositions.qr(stream, Dense.matrix(DType.F64, a0), v, expected);
        a = Dense.matrix(DType.F64, a0);
        Decompositions.qr(stream, a, v, a);
        assertThat(Dense.array(a)).isDeepEqualTo(Dense.array(expected));
        a = Dense.matrix(DType.F64, a0);
        Decompositions.singularValues(stream, a, a.row(0));
        assertThat(a.get(0, 0)).isEqualTo(s.get(0, 0), org.assertj.core.data.Offset.offset(1e-13));
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void inverseAndQrOfEveryType(DType dtype) {
        int n = 35;
        double[][] values = Dense.gaussian(n, n, 2);
        for (int i = 0; i < n; i++) {
            values[i][i] += 20;
        }
        Matrix a = Dense.matrix(dtype, values);
        double[][] a0 = Dense.array(a);
        Matrix x = Matrix.allocate(dtype, n, n);
        Decompositions.inverse(stream, a, x);
        // κ is about 4, no growth: n·u of the arithmetic; then the rounding of x by u, elements of which are at most
        // 0.1,
        // against rows of a with 1-norm below 60.
        double u = dtype.unitRoundoff();
        double computeU = dtype.computeType().unitRoundoff();
        assertThat(Dense.distance(Dense.multiply(a0, Dense.array(x)), Dense.identity(n)))
                .isLessThanOrEqualTo(4 * n * computeU + 60 * 0.1 * u);

        Matrix q = Matrix.allocate(DType.F64, n, n);
        Matrix r = Matrix.allocate(DType.F64, n, n);
        Decompositions.qr(stream, a, q, r);
        double tolerance = computeU * (8 * Math.sqrt(n) + n);
        assertThat(Dense.defect(Dense.array(q))).isLessThanOrEqualTo(tolerance);
        assertThat(Dense.distance(Dense.multiply(Dense.array(q), Dense.array(r)), a0))
                .isLessThanOrEqualTo(tolerance * Dense.frobenius(a0));
    }

    @Test
    void inverseOfASingularMatrixNamesThePivot() {
        Matrix a = Dense.matrix(DType.F64, Dense.diagonal(1, 2, 0, 4));
        Matrix out = Dense.matrix(DType.F64, Dense.identity(4));
        assertThatThrownBy(() -> Decompositions.inverse(stream, a, out))
                .isInstanceOfSatisfying(SingularMatrixException.class, e -> {
                    assertThat(e.index()).isEqualTo(2);
                    assertThat(e.reciprocalCondition()).isZero();
                });
        assertThat(Dense.array(out)).isDeepEqualTo(Dense.identity(4));
        Matrix tiny = Dense.matrix(DType.F64, Dense.diagonal(1, Double.MIN_VALUE));
        assertThatThrownBy(() -> Decompositions.inverse(stream, tiny, tiny))
                .isInstanceOf(SingularMatrixException.class)
                .hasMessageContaining("overflows");
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY})
    void nonFiniteInputIsRejected(double bad) {
        double[][] values = Dense.gaussian(8, 8, 1);
        values[5][2] = bad;
        Matrix a = Dense.matrix(DType.F64, values);
        Matrix s = Matrix.allocate(DType.F64, 1, 8);
        Matrix u = Matrix.allocate(DType.F64, 8, 8);
        assertThatThrownBy(() -> Decompositions.svd(stream, a, u, s, u))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not finite");
        assertThatThrownBy(() -> Decompositions.singularValues(stream, a, s))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not finite");
        assertThatThrownBy(() -> Decompositions.inverse(stream, a, u))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("not finite");
        assertThat(Dense.array(u)).isDeepEqualTo(new double[8][8]);
    }

    @Test
    void shapesAreChecked() {
        Matrix a = Matrix.allocate(DType.F64, 4, 6);
        Matrix s = Matrix.allocate(DType.F64, 1, 6);
        assertThatThrownBy(() -> Decompositions.singularValues(stream, a, s))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("1 x 4")
                .hasMessageContaining("1 x 6");
        assertThatThrownBy(() -> Decompositions.inverse(stream, a, a)).hasMessageContaining("must be square");
        assertThatThrownBy(() -> Decompositions.qr(stream, a, a, a)).hasMessageContaining("as many rows");
        assertThatThrownBy(() -> Decompositions.svd(stream, a, a, s, a)).hasMessageContaining("svd: u");
    }
}
