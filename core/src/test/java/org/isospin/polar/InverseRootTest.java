package org.isospin.polar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Dense;
import org.isospin.backend.Layout;
import org.isospin.backend.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

class InverseRootTest {
    private final Isospin iso = Isospin.on(new ReferenceBackend());

    @AfterEach
    void close() {
        iso.close();
    }

    private static double[] geometric(int n, double condition) {
        double[] lambda = new double[n];
        for (int j = 0; j < n; j++) {
            lambda[j] = n == 1 ? 1 : Math.pow(condition, -(double) j / (n - 1));
        }
        return lambda;
    }

    /** Q·diag(λ^power)·Qᵀ. */
    private static double[][] spd(double[] lambda, double power) {
        double[][] q = Dense.orthogonal(lambda.length, 7);
        double[] powers = new double[lambda.length];
        for (int i = 0; i < powers.length; i++) {
            powers[i] = Math.pow(lambda[i], power);
        }
        return Dense.multiply(Dense.multiply(q, Dense.diagonal(powers)), Dense.transpose(q));
    }

    private double[][] right(DType dtype, double[][] b, double[][] p, MsignSchedule schedule) {
        Matrix out = Layout.HEAP.garbage(dtype, b.length, p.length);
        InverseRoot.right(iso, Dense.matrix(dtype, b), Dense.matrix(dtype, p), schedule, out);
        return Dense.array(out);
    }

    @ParameterizedTest
    @EnumSource(value = MsignNormalization.class, names = "ROW_SCALING", mode = Mode.EXCLUDE)
    void appliesTheInverseRoot(MsignNormalization normalization) {
        for (int n : new int[] {1, 2, 6, 20}) {
            for (double condition : new double[] {1, 30, 2000}) {
                double[] lambda = geometric(n, condition);
                double[][] p = spd(lambda, 1);
                double[][] b = Dense.gaussian(4, n, 2);
                double[][] expected = Dense.multiply(b, spd(lambda, -0.5));
                double size = Dense.frobenius(expected);
                MsignSchedule schedule = Msign.polarExpress(12, 1e-3).withNormalization(normalization);
                for (DType dtype : new DType[] {DType.F32, DType.F64}) {
                    double u = dtype.unitRoundoff();
                    assertThat(Dense.distance(right(dtype, b, p, schedule), expected) / size)
                            .as("%s n = %d, %s", dtype, n, condition)
                            .isLessThanOrEqualTo(u * (32 + 8 * condition));
                }
                Matrix out = Layout.HEAP.garbage(DType.F64, n, 4);
                InverseRoot.left(
                        iso, Dense.matrix(DType.F64, p), Dense.matrix(DType.F64, Dense.transpose(b)), schedule, out);
                assertThat(Dense.transpose(Dense.array(out))).isDeepEqualTo(right(DType.F64, b, p, schedule));
            }
        }
    }

    @Test
    void tenStepsOfPolarExpressReachRoundoff() {
        double[] lambda = geometric(8, 2100);
        double[][] b = Dense.gaussian(8, 8, 3);
        double[][] expected = Dense.multiply(b, spd(lambda, -0.5));
        double error = Dense.distance(right(DType.F64, b, spd(lambda, 1), Msign.polarExpress(10)), expected)
                / Dense.frobenius(expected);
        assertThat(error).isLessThanOrEqualTo(1e-12);
    }

    /** λ goes the way of the singular value √λ: B·P^(−½) gets the factor f(√(λ/tr P)). */
    @Test
    void diagonalsAreMappedElementByElement() {
        double[] lambda = {1, 0.5, 0.1, 1e-2};
        MsignSchedule[] schedules = {Msign.kellerJordan(5), Msign.polarExpress(5), MsignSchedules.cubic5()};
        double trace = 1.61;
        for (MsignSchedule schedule : schedules) {
            double[][] out = right(DType.F64, Dense.identity(4), Dense.diagonal(lambda), schedule);
            for (int i = 0; i < 4; i++) {
                double expected = Msign.scalar(schedule, Math.sqrt(lambda[i] / trace)) / Math.sqrt(lambda[i]);
                assertThat(Math.abs(out[i][i] - expected)).isLessThanOrEqualTo(1e-11);
            }
        }
    }

    @Test
    void isEquivariant() {
        double[] lambda = geometric(6, 50);
        double[][] q = Dense.orthogonal(6, 4);
        double[][] p = spd(lambda, 1);
        double[][] b = Dense.gaussian(5, 6, 3);
        MsignSchedule schedule = Msign.kellerJordan(5);
        double[][] turned = Dense.multiply(Dense.multiply(Dense.transpose(q), p), q);
        double[][] expected = Dense.multiply(right(DType.F64, b, p, schedule), q);
        assertThat(Dense.distance(right(DType.F64, Dense.multiply(b, q), turned, schedule), expected))
                .isLessThanOrEqualTo(1e-11);
    }

    @Test
    void gramsOfMatricesGivePolarFactors() {
        double[][] a = Dense.gaussian(12, 5, 1);
        MsignSchedule schedule = Msign.polarExpress(11, 1e-3).withNormalization(MsignNormalization.BETA_4);
        for (double size : new double[] {1, 1e-30, 1e30}) {
            for (DType dtype : new DType[] {DType.F32, DType.F64}) {
                Matrix scaled = Dense.matrix(dtype, Dense.scaled(a, size));
                Matrix out = Layout.HEAP.garbage(dtype, 12, 5);
                InverseRoot.gram(iso, scaled, scaled, schedule, out);
                // κ(A)² is about 10 here.
                assertThat(Dense.defect(Dense.array(out))).isLessThanOrEqualTo(512 * dtype.unitRoundoff());
            }
        }
    }

    @Test
    void magnitudesDoNotMatterAndZeroGivesZero() {
        double[][] p = spd(geometric(5, 20), 1);
        double[][] b = Dense.gaussian(3, 5, 3);
        MsignSchedule schedule = Msign.polarExpress(9, 1e-2);
        double[][] expected = right(DType.F64, b, p, schedule);
        for (int exponent : new int[] {-1000, -400, 400, 1000}) {
            double[][] got = right(DType.F64, b, Dense.scaled(p, Math.scalb(1.0, exponent)), schedule);
            assertThat(Dense.scaled(got, Math.scalb(1.0, exponent / 2))).isDeepEqualTo(expected);
        }
        assertThat(Dense.frobenius(right(DType.F64, b, Dense.scaled(p, 0), schedule)))
                .isZero();
        assertThat(Dense.frobenius(right(DType.F64, Dense.scaled(b, 0), p, schedule)))
                .isZero();
        double[][] bad = Dense.scaled(p, 1);
        bad[2][2] = Double.NaN;
        for (double[] row : right(DType.F64, b, bad, schedule)) {
            assertThat(row).containsOnly(Double.NaN);
        }
    }

    @Test
    void rejectsWhatDoesNotFit() {
        Matrix b = Matrix.allocate(DType.F32, 3, 4);
        Matrix p = Matrix.allocate(DType.F32, 4, 4);
        MsignSchedule schedule = Msign.kellerJordan(5);
        assertThatThrownBy(() -> InverseRoot.right(iso, b, Matrix.allocate(DType.F32, 3, 3), schedule, b))
                .hasMessageContaining("4 x 4")
                .hasMessageContaining("3 x 3");
        assertThatThrownBy(() -> InverseRoot.right(iso, b, p, schedule, p)).hasMessageContaining("3 x 4");
        assertThatThrownBy(() -> InverseRoot.gram(iso, b, Matrix.allocate(DType.F32, 7, 5), schedule, b))
                .hasMessageContaining("7 x 4")
                .hasMessageContaining("7 x 5");
        assertThatThrownBy(() -> InverseRoot.right(iso, b, p, schedule.withEpsilon(1e-3), b))
                .hasMessageContaining("0.001");
        assertThatThrownBy(() -> InverseRoot.right(iso, b, p, MsignSchedules.turboMuon4(), b))
                .hasMessageContaining("ROW_SCALING");
    }
}
