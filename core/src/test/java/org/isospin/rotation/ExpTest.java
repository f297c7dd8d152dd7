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
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class ExpTest {
    private final HostStream stream = new HostStream(1, Precision.STANDARD, new VectorOps());

    @AfterEach
    void close() {
        stream.close();
    }

    private Matrix exp(SkewMatrix a) {
        Matrix out = Planes.garbage(a.dtype(), a.order());
        Exp.exp(stream, a, out);
        return out;
    }

    private Matrix expm1(SkewMatrix a) {
        Matrix out = Planes.garbage(a.dtype(), a.order());
        Exp.expm1(stream, a, out);
        return out;
    }

    /** Of a plane: Horner's rule rounds relative to the sum of magnitudes, cosh θ, and every doubling doubles that. */
    private static double planeError(double theta) {
        double reduced = Math.abs(theta);
        double doubled = 1;
        for (; reduced > 3.2; reduced *= 0.5) {
            doubled *= 2;
        }
        return doubled * (2 + Math.cosh(reduced));
    }

    /** Every range of the schedules, and doublings. */
    @ParameterizedTest
    @ValueSource(
            doubles = {0, 1e-9, 0.005, 0.05, 0.15, 0.25, 0.5, 0.75, 1, 1.4, 1.8, 2.5, 3.1, 3.3, 4, 10, -0.3, -7, 100})
    void aPlaneTurnsByItsAngle(double angle) {
        for (DType dtype : new DType[] {DType.F64, DType.F32}) {
            SkewMatrix a = Planes.plane(dtype, angle);
            double theta = a.get(0, 1);
            Matrix q = exp(a);
            double error = planeError(theta) * dtype.unitRoundoff();
            assertThat(q.get(0, 0)).isCloseTo(Math.cos(theta), within(error)).isEqualTo(q.get(1, 1));
            assertThat(q.get(0, 1)).isCloseTo(Math.sin(theta), within(error)).isEqualTo(-q.get(1, 0));
        }
    }

    /** exp(θK) = I + sin θ·K + (1 − cos θ)K² for the cross product K with a unit vector. */
    @ParameterizedTest
    @ValueSource(doubles = {1e-6, 0.2, 1, 2.9, 12})
    void rodriguesFormula(double theta) {
        double[] axis = {2.0 / 7, 3.0 / 7, 6.0 / 7};
        double[][] k = {{0, -axis[2], axis[1]}, {axis[2], 0, -axis[0]}, {-axis[1], axis[0], 0}};
        double[][] square = Dense.multiply(k, k);
        double[][] q = Dense.array(exp(Planes.skew(DType.F64, Dense.scaled(k, theta))));
        for (int i = 0; i < 3; i++) {
            for (int j = 0; j < 3; j++) {
                double expected = (i == j ? 1 : 0)
                        + Math.sin(theta) * k[i][j]
                        + 2 * Math.sin(theta / 2) * Math.sin(theta / 2) * square[i][j];
                // The map's error, that of θ·axis, which is rounded, and of the sum here.
                assertThat(q[i][j]).isCloseTo(expected, within((2 + 2 * theta + planeError(theta)) * 0x1p-53));
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {2, 3, 7, 16, 33})
    void manyPlanesTurnAtOnce(int n) {
        for (double angle : new double[] {0.1, 1, 3, 20}) {
            double[][] a = Planes.turned(n, angle, t -> 0, t -> t);
            double[][] expected = Planes.turned(n, angle, Math::cos, Math::sin);
            // The map's error, and that of the two products on either side, which have n terms each.
            double error = (planeError(angle) + 2 * (1 + angle) * Math.sqrt(n)) * 0x1p-53;
            assertThat(Dense.distance(Dense.array(exp(Planes.skew(DType.F64, a))), expected))
                    .isLessThanOrEqualTo(error * Math.sqrt(n));
        }
    }

    @ParameterizedTest
    @CsvSource({"F64,1e-200", "F64,1e-300", "F64,4.9e-324", "F64,1e-9", "F32,1e-30", "F32,1e-44", "F32,1e-5", "F64,0.3"
    })
    void expm1KeepsTheDigitsOfSmallAngles(DType dtype, double angle) {
        SkewMatrix a = Planes.plane(dtype, angle);
        double theta = a.get(0, 1);
        Matrix m = expm1(a);
        double u = dtype.unitRoundoff();
        assertThat(m.get(0, 1)).isCloseTo(Math.sin(theta), within(2 * u * theta));
        assertThat(m.get(1, 0)).isEqualTo(-m.get(0, 1));
        // Relative to ‖A‖: the diagonal's own digits are those of a minimax polynomial.
        double expected = -2 * Math.sin(theta / 2) * Math.sin(theta / 2);
        assertThat(m.get(0, 0)).isCloseTo(expected, within(2 * u * theta)).isEqualTo(m.get(1, 1));
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void theExponentialOfZeroIsTheIdentity(DType dtype) {
        for (int n : new int[] {0, 1, 2, 5, 40}) {
            assertThat(Dense.array(exp(SkewMatrix.allocate(dtype, n)))).isDeepEqualTo(Dense.identity(n));
            assertThat(Dense.array(expm1(SkewMatrix.allocate(dtype, n)))).isDeepEqualTo(new double[n][n]);
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void theOppositeGivesTheTransposeToTheLastBit(DType dtype) {
        for (double factor : new double[] {1e-12, 1e-3, 0.03, 0.2, 0.6, 4, 200}) {
            for (int n : new int[] {3, 16, 37}) {
                SkewMatrix a = Planes.gaussian(dtype, n, factor, n);
                double[][] q = Dense.array(exp(a));
                assertThat(Dense.transpose(Dense.array(exp(Planes.opposite(a)))))
                        .isDeepEqualTo(q);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"F32,4194304", "F64,2251799813685248", "F32,1e30", "F64,1e300"})
    void rejectsNormsBeyondWhichNoDigitMeansAnything(DType dtype, double norm) {
        // 1/(4u) = 2²² and 2⁵¹.
        assertThatThrownBy(() -> exp(Planes.plane(dtype, norm)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("exp")
                .hasMessageContaining("1/(4u)")
                .hasMessageContaining(dtype.toString());
        assertThat(Dense.defect(Dense.array(exp(Planes.plane(dtype, 0.24 / dtype.unitRoundoff())))))
                .isLessThanOrEqualTo(4 * dtype.unitRoundoff());
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void whatIsNotFiniteLeavesNoElementFinite(double bad) {
        for (DType dtype : DType.values()) {
            SkewMatrix a = Planes.gaussian(dtype, 9, 0.1, 1);
            a.packed().set(0, 5, bad);
            for (double[] row : Dense.array(exp(a))) {
                for (double x : row) {
                    assertThat(x).isNotFinite();
                }
            }
        }
    }

    @Test
    void outputsOfAnyTypeAreRoundedOnce() {
        SkewMatrix a = Planes.gaussian(DType.F32, 12, 0.2, 3);
        Matrix wide = Planes.garbage(DType.F64, 12);
        Exp.exp(stream, a, wide);
        // Computed in F64, as the output is.
        assertThat(Dense.defect(Dense.array(wide))).isLessThanOrEqualTo(20 * 0x1p-53);
        Matrix narrow = Planes.garbage(DType.BF16, 12);
        Exp.exp(stream, a, narrow);
        Matrix single = exp(a);
        Matrix rounded = Matrix.allocate(DType.BF16, 12, 12);
        single.copyTo(rounded);
        assertThat(Dense.array(narrow)).isDeepEqualTo(Dense.array(rounded));
    }

    @Test
    void shapesAreChecked() {
        SkewMatrix a = SkewMatrix.allocate(DType.F64, 4);
        assertThatThrownBy(() -> Exp.exp(stream, a, Matrix.allocate(DType.F64, 4, 5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("4 x 4")
                .hasMessageContaining("4 x 5");
    }
}
