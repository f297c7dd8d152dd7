package org.isospin.rotation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.SkewMatrix;
import org.isospin.backend.Dense;
import org.isospin.backend.HostStream;
import org.isospin.backend.VectorOps;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class CayleyNeumannTest {
    private final HostStream stream = new HostStream(1, Precision.STANDARD, new VectorOps());

    @AfterEach
    void close() {
        stream.close();
    }

    private double[][] product(SkewMatrix a, int order, CayleyStep step) {
        Matrix out = Planes.garbage(a.dtype(), a.order());
        CayleyNeumann.product(stream, a, order, step, out);
        return Dense.array(out);
    }

    private double[][] series(SkewMatrix a, int order, CayleyStep step) {
        Matrix out = Planes.garbage(a.dtype(), a.order());
        CayleyNeumann.series(stream, a, order, step, out);
        return Dense.array(out);
    }

    @Test
    void exactValuesOfAPlane() {
        // X = [0 1; −1 0]·½ exactly, so X² = −¼I, X³ = −¼X, X⁴ = I/16.
        SkewMatrix a = Planes.plane(DType.F64, 0.5);
        assertThat(product(a, 0, CayleyStep.FULL)).isDeepEqualTo(new double[][] {{1, 0.5}, {-0.5, 1}});
        assertThat(series(a, 0, CayleyStep.FULL)).isDeepEqualTo(Dense.identity(2));
        // I + 2X + X²
        assertThat(product(a, 1, CayleyStep.FULL)).isDeepEqualTo(new double[][] {{0.75, 1}, {-1, 0.75}});
        // I + 2X
        assertThat(series(a, 1, CayleyStep.FULL)).isDeepEqualTo(new double[][] {{1, 1}, {-1, 1}});
        // I + 2X + 2X² + 2X³ + X⁴ = (1 − ½ + 1/16)I + (2 − ½)X
        assertThat(product(a, 3, CayleyStep.FULL)).isDeepEqualTo(new double[][] {{0.5625, 0.75}, {-0.75, 0.5625}});
        // I + 2X + 2X² + 2X³
        assertThat(series(a, 3, CayleyStep.FULL)).isDeepEqualTo(new double[][] {{0.5, 0.75}, {-0.75, 0.5}});
        // The half step of twice A.
        assertThat(product(Planes.plane(DType.F64, 1), 3, CayleyStep.HALF))
                .isDeepEqualTo(product(a, 3, CayleyStep.FULL));
    }

    @ParameterizedTest
    @ValueSource(ints = {0, 1, 2, 3, 4, 5, 6, 7, 8, 12, 20})
    void bothArePowersOfX(int order) {
        int n = 6;
        SkewMatrix a = Planes.gaussian(DType.F64, n, 0.1, 2);
        for (CayleyStep step : CayleyStep.values()) {
            double[][] x = Dense.scaled(Dense.array(a.toDense()), step.factor());
            double[][] sum = Dense.identity(n);
            double[][] power = Dense.identity(n);
            for (int k = 1; k <= order + 1; k++) {
                power = Dense.multiply(power, x);
                if (k <= order) {
                    sum = sum(sum, 2, power);
                }
            }
            double[][] product = sum(sum, 1, power);
            // Powers stay below 1 in norm; each is rounded once or twice, here and there.
            double error = 8 * 0x1p-53 * Math.sqrt(n);
            assertThat(Dense.distance(product(a, order, step), product)).isLessThanOrEqualTo(error);
            assertThat(Dense.distance(series(a, order, step), sum)).isLessThanOrEqualTo(error);
        }
    }

    private static double[][] sum(double[][] a, double factor, double[][] b) {
        double[][] out = new double[a.length][a.length];
        for (int i = 0; i < a.length; i++) {
            for (int j = 0; j < a.length; j++) {
                out[i][j] = a[i][j] + factor * b[i][j];
            }
        }
        return out;
    }

    @ParameterizedTest
    @EnumSource(CayleyStep.class)
    void highOrdersReachTheCayleyTransform(CayleyStep step) {
        SkewMatrix a = Planes.plane(DType.F64, 0.25);
        double turn = 2 * Math.atan(0.25 * step.factor());
        // 4⁻³¹ is far below u.
        assertThat(product(a, 30, step)[0][0]).isCloseTo(Math.cos(turn), within(4 * 0x1p-53));
        assertThat(series(a, 30, step)[0][1]).isCloseTo(Math.sin(turn), within(4 * 0x1p-53));
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void theOppositeGivesTheTransposeToTheLastBit(DType dtype) {
        SkewMatrix a = Planes.gaussian(dtype, 19, 0.1, 4);
        for (int order = 0; order < 8; order++) {
            assertThat(Dense.transpose(product(Planes.opposite(a), order, CayleyStep.FULL)))
                    .isDeepEqualTo(product(a, order, CayleyStep.FULL));
            assertThat(Dense.transpose(series(Planes.opposite(a), order, CayleyStep.HALF)))
                    .isDeepEqualTo(series(a, order, CayleyStep.HALF));
        }
    }

    @Test
    void whatIsNotFinitePropagates() {
        for (int order = 1; order < 5; order++) {
            SkewMatrix a = Planes.gaussian(DType.F32, 5, 0.1, 4);
            a.packed().set(0, 3, Double.NaN);
            assertThat(product(a, order, CayleyStep.FULL)[0]).contains(Double.NaN);
            assertThat(series(a, order, CayleyStep.FULL)[0]).contains(Double.NaN);
        }
    }

    @Test
    void argumentsAreChecked() {
        SkewMatrix a = SkewMatrix.allocate(DType.F64, 4);
        Matrix out = Matrix.allocate(DType.F64, 4, 4);
        assertThatThrownBy(() -> CayleyNeumann.product(stream, a, -1, CayleyStep.FULL, out))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
        assertThatThrownBy(() -> CayleyNeumann.series(stream, a, 3, CayleyStep.FULL, Matrix.allocate(DType.F64, 3, 4)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4 x 4")
                .hasMessageContaining("3 x 4");
    }
}
