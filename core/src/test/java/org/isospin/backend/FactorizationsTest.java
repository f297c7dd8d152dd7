package org.isospin.backend;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.Precision;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** LU, inverse, triangular solves, Cholesky and QR by blocks, on the plain Java stream. */
class FactorizationsTest {
    private final HostStream stream = new HostStream(1, Precision.STANDARD, new VectorOps());

    @AfterEach
    void close() {
        stream.close();
    }

    /** Column-major, with a stride. */
    private static Matrix strided(double[][] a) {
        int n = a.length == 0 ? 0 : a[0].length;
        Matrix m = Matrix.wrap(new double[(a.length + 3) * n + 5], 2, a.length, n, a.length + 3, Order.COLUMN_MAJOR);
        Dense.matrix(DType.F64, a).copyTo(m);
        return m;
    }

    private static double[][] part(double[][] a, Triangle triangle) {
        int n = a.length;
        double[][] t = new double[n][n];
        for (int i = 0; i < n; i++) {
            for (int j = 0; j < n; j++) {
                boolean isKept = switch (triangle) {
                    case LOWER -> j <= i;
                    case UNIT_LOWER -> j < i;
                    case UPPER -> j >= i;
                    case UNIT_UPPER -> j > i;
                };
                t[i][j] = isKept ? a[i][j] : 0;
                if (i == j && (triangle == Triangle.UNIT_LOWER || triangle == Triangle.UNIT_UPPER)) {
                    t[i][j] = 1;
                }
            }
        }
        return t;
    }

    private static double[][] absolute(double[][] a) {
        double[][] b = Dense.scaled(a, 1);
        for (double[] row : b) {
            for (int j = 0; j < row.length; j++) {
                row[j] = Math.abs(row[j]);
            }
        }
        return b;
    }

    private static double largest(double[][] a) {
        return Dense.distance(a, new double[a.length][a.length == 0 ? 0 : a[0].length]);
    }

    @ParameterizedTest
    @CsvSource({
        "0,F64", "1,F64", "2,F64", "31,F64", "32,F64", "33,F64", "64,F64", "97,F64", "130,F64", "33,F32", "130,F32"
    })
    void luSolvesWithSmallBackwardError(int n, DType dtype) {
        double u = dtype.unitRoundoff();
        Matrix a = Dense.matrix(dtype, Dense.gaussian(n, n, n));
        Matrix b = Dense.matrix(dtype, Dense.gaussian(n, 5, 7));
        double[][] a0 = Dense.array(a);
        double[][] b0 = Dense.array(b);
        Indices pivots = stream.indices(n);
        Scalar status = stream.scalar();
        stream.lu(a, pivots, status);
        assertThat(stream.read(status)).isZero();
        double[][] lower = part(Dense.array(a), Triangle.UNIT_LOWER);
        double[][] upper = part(Dense.array(a), Triangle.UPPER);
        assertThat(largest(lower)).isLessThanOrEqualTo(1);
        Matrix permuted = Dense.matrix(dtype, a0);
        stream.swapRows(permuted, pivots, 0, n, SwapDirection.FORWARD);
        // |L·U − P·a| ≤ n·u·|L||U|, with a little for the oracle's own sums.
        double bound = 1.1 * n * u * largest(Dense.multiply(absolute(lower), absolute(upper)));
        assertThat(Dense.distance(Dense.multiply(lower, upper), Dense.array(permuted)))
                .isLessThanOrEqualTo(bound);

        stream.luSolve(a, pivots, b);
        double[][] residual = Dense.multiply(a0, Dense.array(b));
        // (A + E)x = b with |E| ≤ 3n·u·|L||U|.
        assertThat(Dense.distance(residual, b0))
                .isLessThanOrEqualTo(3.3
                        * n
                        * n
                        * u
                        * largest(Dense.multiply(absolute(lower), absolute(upper)))
                        * largest(Dense.array(b)));
    }

    @Test
    void luTakesAnyLayoutAndGivesTheSameBits() {
        double[][] a0 = Dense.gaussian(70, 70, 9);
        Matrix dense = Dense.matrix(DType.F64, a0);
        Matrix other = strided(a0);
        Indices p = stream.indices(70);
        Indices q = stream.indices(70);
        Scalar status = stream.scalar();
        stream.lu(dense, p, status);
        stream.lu(other, q, status);
        assertThat(Dense.array(other)).isDeepEqualTo(Dense.array(dense));
    }

    @ParameterizedTest
    @CsvSource({"0,F64", "1,F64", "2,F64", "31,F64", "32,F64", "33,F64", "64,F64", "97,F64", "33,F32", "97,F32"})
    void qrOverIdentityIsTheQrOfTheStackedMatrix(int n, DType dtype) {
        double u = dtype.unitRoundoff();
        for (double size : new double[] {1e-3, 1, 1e4}) {
            double[][] a0 = Dense.scaled(Dense.gaussian(n, n, n), size);
            Matrix a = Dense.matrix(dtype, a0);
            Matrix q = Dense.matrix(dtype, new double[2 * n][n]);
            for (int i = 0; i < 2 * n; i++) {
                for (int j = 0; j < n; j++) {
                    q.set(i, j, Double.NaN);
                }
            }
            stream.qrOverIdentity(a, q);
            double[][] stacked = new double[2 * n][n];
            for (int i = 0; i < n; i++) {
                stacked[i] = Dense.array(a)[i];
                stacked[n + i][i] = 1;
            }
            // As for QR: √(2n·n)·u with a small factor.
            double bound = 4 * Math.sqrt(2.0 * n * n) * u;
            assertThat(Dense.defect(Dense.array(q))).isLessThanOrEqualTo(bound);
            double[][] r = Dense.multiply(Dense.transpose(Dense.array(q)), stacked);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < i; j++) {
                    assertThat(Math.abs(r[i][j])).isLessThanOrEqualTo(bound * (1 + size * Math.sqrt(n)));
                }
            }
            assertThat(Dense.distance(Dense.multiply(Dense.array(q), r), stacked))
                    .isLessThanOrEqualTo(bound * (1 + size * Math.sqrt(n)));
        }
    }

    @Test
    void luNamesTheFirstZeroPivot() {
        for (int rank : new int[] {0, 1, 40, 69}) {
            // Integers of rank "rank" in the leading columns: elimination is exact, so the pivot is exactly zero.
            double[][] a = new double[70][70];
            for (int i = 0; i < 70; i++) {
                for (int j = 0; j < 70; j++) {
                    a[i][j] = i == j && j != rank ? 2 : j > i ? 1 : 0;
                }
                a[i][rank] = i < rank ? 1 : 0;
            }
            Scalar status = stream.scalar();
            stream.lu(Dense.matrix(DType.F64, a), stream.indices(70), status);
            assertThat(stream.read(status)).isEqualTo(1 + rank);
        }
    }

    @ParameterizedTest
    @CsvSource({"0,F64", "1,F64", "2,F64", "33,F64", "100,F64", "65,F32"})
    void inverseHasASmallRightResidual(int n, DType dtype) {
        double u = dtype.unitRoundoff();
        Matrix a = Dense.matrix(dtype, Dense.gaussian(n, n, 11));
        double[][] a0 = Dense.array(a);
        Matrix x = Matrix.allocate(dtype, n, n);
        Scalar status = stream.scalar();
        stream.inverse(a, x, status);
        assertThat(stream.read(status)).isZero();
        assertThat(Dense.array(a)).isDeepEqualTo(a0);
        // |a·x − I| ≤ 3n·u·|L||U||x| and |L||U| ≤ a few ‖a‖ for Gaussian matrices of this size; rounding errors of
        // random
        // sign make it √n instead of n, which leaves room for the few.
        assertThat(Dense.distance(Dense.multiply(a0, Dense.array(x)), Dense.identity(n)))
                .isLessThanOrEqualTo(3 * n * u * Dense.frobenius(a0) * Dense.frobenius(Dense.array(x)));
    }

    @Test
    void inverseOfAPermutationIsItsTransposeExactly() {
        int n = 90;
        double[][] p = new double[n][n];
        for (int i = 0; i < n; i++) {
            p[i][(i * 37 + 11) % n] = 2;
        }
        Matrix x = Matrix.allocate(DType.F64, n, n);
        stream.inverse(Dense.matrix(DType.F64, p), x, stream.scalar());
        assertThat(Dense.array(x)).isDeepEqualTo(Dense.scaled(Dense.transpose(p), 0.25));
    }

    @ParameterizedTest
    @EnumSource(Triangle.class)
    void triangularSolvesReadTheirTriangleOnly(Triangle triangle) {
        for (int n : new int[] {0, 1, 5, 32, 33, 100}) {
            double[][] a = Dense.gaussian(n, n, n + 1);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    a[i][j] = i == j ? 2 + Math.abs(a[i][j]) : a[i][j] / n;
                }
            }
            double[][] t = part(a, triangle);
            double[][] b0 = Dense.gaussian(n, 7, 3);
            for (int i = 0; i < n; i++) {
                for (int j = 0; j < n; j++) {
                    boolean isImplied = i == j && t[i][j] == 1;
                    a[i][j] = t[i][j] == 0 || isImplied ? Double.NaN : a[i][j];
                }
            }
            Matrix rowMajor = Dense.matrix(DType.F64, b0);
            Matrix columnMajor = strided(b0);
            stream.solveTriangular(triangle, Dense.matrix(DType.F64, a), rowMajor);
            stream.solveTriangular(triangle, strided(a), columnMajor);
            double[][] x = Dense.array(rowMajor);
            assertThat(Dense.array(columnMajor)).isDeepEqualTo(x);
            double[][] bound = Dense.multiply(absolute(t), absolute(x));
            // |T·x − b| ≤ n·u·|T||x| and as much for the oracle's sums.
            assertThat(Dense.distance(Dense.multiply(t, x), b0))
                    .isLessThanOrEqualTo(2.2 * n * 0x1p-53 * largest(bound));
        }
    }

    @ParameterizedTest
    @EnumSource(Triangle.class)
    void copyTriangleSetsTheRest(Triangle triangle) {
        double[][] a = Dense.gaussian(9, 9, 4);
        Matrix source = strided(a);
        Matrix target = Matrix.allocate(DType.F64, 9, 9);
        stream.fill(target, Double.NaN);
        stream.copyTriangle(triangle, source, target);
        stream.copyTriangle(triangle, source, source);
        assertThat(Dense.array(target)).isDeepEqualTo(part(a, triangle));
        assertThat(Dense.array(source)).isDeepEqualTo(part(a, triangle));
    }

    @ParameterizedTest
    @CsvSource({"0,F64", "1,F64", "31,F64", "33,F64", "100,F64", "65,F32"})
    void choleskyReconstructs(int n, DType dtype) {
        double[][] g = Dense.gaussian(n, n + 3, 5);
        Matrix a = Dense.matrix(dtype, Dense.multiply(g, Dense.transpose(g)));
        double[][] a0 = Dense.array(a);
        for (int i = 0; i < n; i++) {
            for (int j = i + 1; j < n; j++) {
                a.set(i, j, Double.NaN);
            }
        }
        Scalar status = stream.scalar();
        stream.cholesky(a, status);
        assertThat(stream.read(status)).isZero();
        double[][] l = Dense.array(a);
        assertThat(part(l, Triangle.LOWER)).isDeepEqualTo(l);
        // |L·Lᵀ − a| ≤ (n + 1)·u·|L||Lᵀ|, whose largest element is on the diagonal: max aᵢᵢ.
        assertThat(Dense.distance(Dense.multiply(l, Dense.transpose(l)), a0))
                .isLessThanOrEqualTo(1.2 * (n + 1) * dtype.unitRoundoff() * largest(a0));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 3, 32, 50, 69})
    void choleskyNamesTheFirstPivotThatIsNotPositive(int bad) {
        double[][] a = Dense.scaled(Dense.identity(70), 4);
        a[bad][bad] = bad == 32 ? Double.NaN : bad == 50 ? 0 : -1;
        Scalar status = stream.scalar();
        stream.cholesky(Dense.matrix(DType.F64, a), status);
        assertThat(stream.read(status)).isEqualTo(1 + bad);
    }

    private void checkQr(double[][] values, DType dtype) {
        int m = values.length;
        int n = m == 0 ? 0 : values[0].length;
        double u = dtype.unitRoundoff();
        Matrix a = Dense.matrix(dtype, values);
        double[][] a0 = Dense.array(a);
        Matrix q = Matrix.allocate(dtype, m, n);
        Matrix r = Matrix.allocate(dtype, n, n);
        stream.fill(q, Double.NaN);
        stream.fill(r, Double.NaN);
        stream.qr(a, q, r);
        assertThat(Dense.array(a)).isDeepEqualTo(a0);
        double[][] q0 = Dense.array(q);
        double[][] r0 = Dense.array(r);
        assertThat(part(r0, Triangle.UPPER)).isDeepEqualTo(r0);
        // n reflections, each of a few roundings of columns of length one: 8u·√n + the sums' m·u.
        double tolerance = u * (8 * Math.sqrt(n) + m);
        assertThat(Dense.defect(q0)).isLessThanOrEqualTo(tolerance);
        assertThat(Dense.distance(Dense.multiply(q0, r0), a0)).isLessThanOrEqualTo(tolerance * Dense.frobenius(a0));
    }

    @ParameterizedTest
    @CsvSource({
        "1,1,F64",
        "5,1,F64",
        "4,4,F64",
        "33,32,F64",
        "33,33,F64",
        "100,64,F64",
        "131,97,F64",
        "40,0,F64",
        "0,0,F64",
        "70,70,F32",
        "130,40,F32"
    })
    void qrReconstructsAndIsOrthogonal(int m, int n, DType dtype) {
        checkQr(Dense.gaussian(m, n, 8), dtype);
    }

    @Test
    void qrOfDeficientAndGradedMatrices() {
        checkQr(new double[50][40], DType.F64);
        checkQr(Dense.hilbert(60, 40), DType.F64);
        checkQr(Dense.kahan(70, 1.2), DType.F64);
        double[][] ones = new double[45][38];
        for (double[] row : ones) {
            Arrays.fill(row, 1);
        }
        checkQr(ones, DType.F64);
        checkQr(Dense.scaled(Dense.gaussian(40, 35, 1), 1e150), DType.F64);
        checkQr(Dense.scaled(Dense.gaussian(40, 35, 1), 1e-150), DType.F64);
    }

    @Test
    void sumsInF64MakeF32FactorsMoreAccurate() {
        int n = 120;
        double[][] values = Dense.gaussian(n, n, 12);
        Matrix a = Dense.matrix(DType.F32, values);
        Matrix q = Matrix.allocate(DType.F32, n, n);
        Matrix r = Matrix.allocate(DType.F32, n, n);
        stream.qr(a, q, r);
        double standard = Dense.frobenius(Dense.multiply(Dense.array(q), Dense.array(r)));
        double first = Dense.defect(Dense.array(q));
        try (HostStream exact = new HostStream(1, Precision.F64_SUMS, new VectorOps())) {
            exact.qr(a, q, r);
        }
        double second = Dense.defect(Dense.array(q));
        // Both describe the same matrix; with F64 sums only the rounding of stored panels is left, a few u for 4
        // panels.
        assertThat(Dense.frobenius(Dense.multiply(Dense.array(q), Dense.array(r))))
                .isBetween(standard * (1 - 1e-5), standard * (1 + 1e-5));
        assertThat(second).isLessThanOrEqualTo(8 * 0x1p-24).isLessThanOrEqualTo(first);
    }
}
