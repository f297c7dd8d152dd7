package org.isospin.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.backend.Dense;
import org.isospin.backend.HostStream;
import org.isospin.backend.VectorOps;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class HaarTest {
    private final HostStream stream = new HostStream(1, Precision.STANDARD, new VectorOps());

    @AfterEach
    void close() {
        stream.close();
    }

    private double[][] orthogonal(DType dtype, int rows, int columns, long seed) {
        Matrix out = Matrix.allocate(dtype, rows, columns);
        Haar.orthogonal(stream, seed, out);
        stream.reset();
        return Dense.array(out);
    }

    private double[][] rotation(int n, long seed) {
        Matrix out = Planes.garbage(DType.F64, n);
        Haar.rotation(stream, seed, out);
        stream.reset();
        return Dense.array(out);
    }

    @ParameterizedTest
    @CsvSource({"1,1", "2,2", "7,7", "40,40", "9,4", "70,33"})
    void columnsOrRowsAreOrthonormal(int rows, int columns) {
        // Householder's (10 + √m)u and, for this oracle, √m u.
        double error = (10 + 2 * Math.sqrt(rows)) * 0x1p-53 * Math.sqrt(columns);
        double[][] tall = orthogonal(DType.F64, rows, columns, 5);
        assertThat(Dense.defect(tall)).isLessThanOrEqualTo(error);
        double[][] wide = orthogonal(DType.F64, columns, rows, 5);
        assertThat(rows == columns ? wide : Dense.transpose(wide)).isDeepEqualTo(tall);
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void everyTypeHoldsTheSameMatrixRounded(DType dtype) {
        double[][] exact = orthogonal(DType.F64, 12, 12, 9);
        assertThat(orthogonal(dtype, 12, 12, 9)).isDeepEqualTo(Dense.array(Dense.matrix(dtype, exact)));
    }

    @Test
    void onlyTheSeedDecides() {
        assertThat(orthogonal(DType.F64, 6, 6, 1)).isDeepEqualTo(orthogonal(DType.F64, 6, 6, 1));
        assertThat(Dense.distance(orthogonal(DType.F64, 6, 6, 1), orthogonal(DType.F64, 6, 6, 2)))
                .isGreaterThan(0.1);
    }

    /** Without the signs of R this would be −1 for every seed, or +1. */
    @Test
    void orthogonalMatricesHaveDeterminantsOfEitherSign() {
        int negative = 0;
        for (int seed = 0; seed < 200; seed++) {
            negative += orthogonal(DType.F64, 1, 1, seed)[0][0] < 0 ? 1 : 0;
        }
        // Binomial, p = ½: within five standard deviations of 100.
        assertThat(negative).isBetween(100 - 36, 100 + 36);
    }

    @Test
    void rotationsHaveDeterminantOne() {
        for (int seed = 0; seed < 50; seed++) {
            assertThat(rotation(1, seed)[0][0]).isEqualTo(1);
            double[][] q = rotation(2, seed);
            assertThat(q[0][0] * q[1][1] - q[0][1] * q[1][0]).isBetween(1 - 1e-14, 1 + 1e-14);
            double[][] r = rotation(3, seed);
            double determinant = r[0][0] * (r[1][1] * r[2][2] - r[1][2] * r[2][1])
                    - r[0][1] * (r[1][0] * r[2][2] - r[1][2] * r[2][0])
                    + r[0][2] * (r[1][0] * r[2][1] - r[1][1] * r[2][0]);
            assertThat(determinant).isBetween(1 - 1e-14, 1 + 1e-14);
        }
    }

    /** A rotation is the orthogonal matrix of its seed but for the sign of the last column. */
    @Test
    void rotationsDifferFromOrthogonalMatricesInOneColumnAtMost() {
        int flipped = 0;
        for (int seed = 0; seed < 100; seed++) {
            double[][] q = orthogonal(DType.F64, 5, 5, seed);
            double[][] r = rotation(5, seed);
            boolean isFlipped = q[0][4] != r[0][4];
            flipped += isFlipped ? 1 : 0;
            for (int i = 0; i < 5; i++) {
                for (int j = 0; j < 4; j++) {
                    assertThat(r[i][j]).isEqualTo(q[i][j]);
                }
                assertThat(r[i][4]).isEqualTo(isFlipped ? -q[i][4] : q[i][4]);
            }
        }
        assertThat(flipped).isBetween(50 - 25, 50 + 25);
    }

    @Test
    void emptyMatricesAreLeftAlone() {
        assertThat(orthogonal(DType.F64, 0, 4, 1)).isEmpty();
        assertThat(rotation(0, 1)).isEmpty();
    }

    @Test
    void rotationsAreSquare() {
        assertThatThrownBy(() -> Haar.rotation(stream, 1, Matrix.allocate(DType.F64, 3, 2)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("square")
                .hasMessageContaining("3 x 2");
    }
}
