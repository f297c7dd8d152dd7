package org.isospin.polar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.function.DoubleUnaryOperator;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Dense;
import org.isospin.backend.Layout;
import org.isospin.backend.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SpectralClipTest {
    private static final MsignSchedule EXACT = Msign.polarExpress(14, 1e-6);

    private final Isospin iso = Isospin.on(new ReferenceBackend());

    @AfterEach
    void close() {
        iso.close();
    }

    @FunctionalInterface
    private interface Map {
        void apply(Isospin iso, Matrix a, MsignSchedule schedule, Matrix out);
    }

    private double[][] apply(Map map, DType dtype, double[][] a, MsignSchedule schedule) {
        Matrix out = Layout.HEAP.garbage(dtype, a.length, a[0].length);
        map.apply(iso, Dense.matrix(dtype, a), schedule, out);
        return Dense.array(out);
    }

    private static double[][] with(int m, int n, double... sigma) {
        double[][] u = Dense.columns(Dense.orthogonal(m, 1), sigma.length);
        double[][] v = Dense.columns(Dense.orthogonal(n, 2), sigma.length);
        return Dense.multiply(Dense.multiply(u, Dense.diagonal(sigma)), Dense.transpose(v));
    }

    private static double[] mapped(DoubleUnaryOperator f, double[] sigma) {
        double[] out = new double[sigma.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = f.applyAsDouble(sigma[i]);
        }
        return out;
    }

    @Test
    void singularValuesAreClippedAndVectorsStay() {
        double[] sigma = {3, 2, 0.5, 0.2};
        for (int[] shape : new int[][] {{4, 4}, {9, 4}, {4, 9}}) {
            double[][] a = with(shape[0], shape[1], sigma);
            double[][] clipped = with(shape[0], shape[1], mapped(s -> Math.min(s, 1), sigma));
            double[][] stepped = with(shape[0], shape[1], mapped(s -> s > 1 ? 1 : 0, sigma));
            double slack = 1e-13;
            assertThat(Dense.distance(apply(SpectralClip::mclip, DType.F64, a, EXACT), clipped))
                    .isLessThanOrEqualTo(slack);
            assertThat(Dense.distance(apply(SpectralClip::mstep, DType.F64, a, EXACT), stepped))
                    .isLessThanOrEqualTo(slack);
        }
        double[][] a = with(4, 4, sigma);
        assertThat(Dense.distance(
                        apply(SpectralClip::mclip, DType.F32, a, EXACT),
                        with(4, 4, mapped(s -> Math.min(s, 1), sigma))))
                .isLessThanOrEqualTo(64 * 0x1p-24);
    }

    /** Large singular values are clipped to the accuracy of A itself, also by a schedule that only comes near to 1. */
    @Test
    void errorsOfLargeSingularValuesCancel() {
        double[] sigma = {1000, 700, 300, 20, 0.5};
        double[][] a = with(5, 5, sigma);
        double[][] clipped = with(5, 5, mapped(s -> Math.min(s, 1), sigma));
        assertThat(Dense.distance(apply(SpectralClip::mclip, DType.F64, a, EXACT), clipped))
                .isLessThanOrEqualTo(1e-9);
        assertThat(Dense.distance(apply(SpectralClip::mclip, DType.F32, a, EXACT), clipped))
                .isLessThanOrEqualTo(64 * 1000 * 0x1p-24);
    }

    /** For diagonals every sign is a scalar one, with norms that are known. */
    @Test
    void diagonalsAreMappedElementByElement() {
        double[] d = {2.5, 1.5, 1, 0.9, 0.3, 0};
        for (MsignSchedule schedule : new MsignSchedule[] {Msign.polarExpress(5), Msign.kellerJordan(5), EXACT}) {
            double norm = Dense.frobenius(Dense.diagonal(d));
            double[] sign = mapped(x -> Msign.scalar(schedule, x / norm), d);
            double plus = Dense.frobenius(Dense.diagonal(mapped(x -> x * x + 1, d)));
            double minus = Dense.frobenius(Dense.diagonal(mapped(x -> x * x - 1, d)));
            double[] rest = d.clone();
            for (int i = 0; i < d.length; i++) {
                rest[i] -= sign[i];
            }
            double left = Dense.frobenius(Dense.diagonal(rest));
            double[][] clip = apply(SpectralClip::mclip, DType.F64, Dense.diagonal(d), schedule);
            double[][] step = apply(SpectralClip::mstep, DType.F64, Dense.diagonal(d), schedule);
            double tolerance = Msign.scalar(schedule, 0x1p-40) * 0x1p40 * 64 * 0x1p-53;
            for (int i = 0; i < d.length; i++) {
                double x = d[i];
                double expected = 0.5
                        * ((sign[i] + x) * Msign.scalar(schedule, (x * x + 1) / plus)
                                + (sign[i] - x) * Msign.scalar(schedule, (x * x - 1) / minus));
                assertThat(clip[i][i]).isCloseTo(expected, offset(tolerance));
                // Where both signs agree, what is left is rounding, amplified like everything.
                assertThat(step[i][i])
                        .isCloseTo(0.5 * (sign[i] + Msign.scalar(schedule, rest[i] / left)), offset(tolerance * 64));
            }
        }
    }

    @Test
    void atTheThreshold() {
        double[][] a = with(3, 3, 1, 1, 1);
        assertThat(Dense.distance(apply(SpectralClip::mclip, DType.F64, a, EXACT), a))
                .isLessThanOrEqualTo(1e-14);
        assertThat(Dense.frobenius(apply(SpectralClip::mstep, DType.F64, Dense.diagonal(0, 0), EXACT)))
                .isZero();
        assertThat(Dense.frobenius(apply(SpectralClip::mclip, DType.F32, Dense.diagonal(0, 0, 0), EXACT)))
                .isZero();
        double[][] bad = Dense.diagonal(1, 2, Double.NaN);
        for (double[] row : apply(SpectralClip::mclip, DType.F64, bad, EXACT)) {
            assertThat(row).containsOnly(Double.NaN);
        }
    }

    @Test
    void outputsMayOverlapAndTransposesAgree() {
        double[][] a = Dense.gaussian(5, 8, 3);
        for (Map map : new Map[] {SpectralClip::mclip, SpectralClip::mstep}) {
            double[][] expected = apply(map, DType.F64, a, EXACT);
            assertThat(Dense.transpose(apply(map, DType.F64, Dense.transpose(a), EXACT)))
                    .isDeepEqualTo(expected);
            Matrix same = Dense.matrix(DType.F64, a);
            map.apply(iso, same, EXACT, same);
            assertThat(Dense.array(same)).isDeepEqualTo(expected);
            Matrix wrong = Matrix.allocate(DType.F64, 8, 5);
            assertThatThrownBy(() -> map.apply(iso, same, EXACT, wrong))
                    .hasMessageContaining("5 x 8")
                    .hasMessageContaining("8 x 5");
            assertThatThrownBy(() -> map.apply(iso, same, MsignSchedules.turboMuon4(), same))
                    .hasMessageContaining("rows");
        }
    }
}
