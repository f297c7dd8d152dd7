package org.isospin.polar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Dense;
import org.isospin.backend.Garbage;
import org.isospin.backend.Layout;
import org.isospin.backend.ReferenceBackend;
import org.isospin.backend.Waits;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class MsignTest {
    /** Five steps of Polar Express turn a relative error of a singular value into up to 186 of it, a few of u in each step. */
    private static final double AMPLIFICATION = 512;

    private final ComputeStream stream = new ReferenceBackend().open(1, Precision.STANDARD);

    @AfterEach
    void close() {
        stream.close();
    }

    static Stream<MsignSchedule> schedules() {
        return Stream.of(
                Msign.kellerJordan(1),
                Msign.kellerJordan(5),
                Msign.polarExpress(5),
                Msign.polarExpress(9),
                Msign.polarExpress(8, 1e-3),
                new MsignSchedule("cubic", PolarExpress.cubics(5, 1e-2, 1.001, 0), 1.001, 0),
                new MsignSchedule(
                        "odd shapes",
                        List.of(new OddPolynomial(1.5, -0.5, 0), new OddPolynomial(1.5, -0.5, 1e-9)),
                        1,
                        0));
    }

    private double[][] msign(Matrix a, DType dtype, MsignSchedule schedule) {
        Matrix out = Layout.HEAP.garbage(dtype, a.rows(), a.columns());
        Msign.msign(stream, a, out, schedule);
        stream.reset();
        return Dense.array(out);
    }

    /** The schedule on rows of doubles, as its definition reads. */
    private static double[][] oracle(double[][] a, MsignSchedule schedule) {
        double[][] x = Dense.scaled(a, 1 / (schedule.safety() * Dense.frobenius(a) + schedule.epsilon()));
        for (OddPolynomial p : schedule.steps()) {
            double[][] cube = Dense.multiply(Dense.multiply(x, Dense.transpose(x)), x);
            double[][] fifth = Dense.multiply(Dense.multiply(cube, Dense.transpose(x)), x);
            for (int i = 0; i < x.length; i++) {
                for (int j = 0; j < x[i].length; j++) {
                    x[i][j] = p.a() * x[i][j] + p.b() * cube[i][j] + p.c() * fifth[i][j];
                }
            }
        }
        return x;
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void followsItsDefinitionForEveryShapeAndType(MsignSchedule schedule) {
        int[][] shapes = {{1, 1}, {1, 7}, {7, 1}, {2, 2}, {5, 3}, {3, 5}, {17, 17}, {33, 20}, {31, 64}};
        for (int[] shape : shapes) {
            for (DType dtype : DType.values()) {
                Matrix a = Dense.matrix(dtype, Dense.gaussian(shape[0], shape[1], 3));
                double[][] expected = oracle(Dense.array(a), schedule);
                double u = dtype.computeType().unitRoundoff();
                double rounding = dtype == dtype.computeType() ? 0 : 2 * dtype.unitRoundoff();
                assertThat(Dense.distance(msign(a, dtype, schedule), expected))
                        .as("%s %d x %d", dtype, shape[0], shape[1])
                        .isLessThanOrEqualTo(AMPLIFICATION * u + rounding);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void mapsADiagonalElementByElement(MsignSchedule schedule) {
        double[][] a = Dense.diagonal(1, 0.5, -0.25, 0.0625, 0.001, 0);
        double norm = Dense.frobenius(a);
        for (DType dtype : new DType[] {DType.F32, DType.F64}) {
            double[][] out = msign(Dense.matrix(dtype, a), dtype, schedule);
            for (int i = 0; i < a.length; i++) {
                for (int j = 0; j < a.length; j++) {
                    double expected = i == j ? Msign.scalar(schedule, a[i][i] / norm) : 0;
                    assertThat(out[i][j]).isCloseTo(expected, offset(AMPLIFICATION * dtype.unitRoundoff()));
                }
            }
            assertThat(out[5][5]).isZero();
        }
    }

    @Test
    void kellerJordanStaysInItsBand() {
        MsignSchedule one = Msign.kellerJordan(1);
        assertThat(one.steps()).containsExactly(new OddPolynomial(3.4445, -4.7750, 2.0315));
        assertThat(Msign.scalar(one, 0.55453)).isCloseTo(1.20237, offset(1e-5));
        MsignSchedule five = Msign.kellerJordan(5);
        double least = 2;
        double most = 0;
        for (int i = 0; i <= 100000; i++) {
            double y = Msign.scalar(five, 0.01 + 0.99 * i / 100000);
            least = Math.min(least, y);
            most = Math.max(most, y);
        }
        assertThat(least).isCloseTo(0.682, offset(5e-4));
        assertThat(most).isCloseTo(1.134, offset(5e-4));
        assertThat(Msign.scalar(five, 1.07e-3)).isCloseTo(0.5, offset(5e-3));
    }

    @Test
    void polarExpressIsAsPublished() {
        MsignSchedule five = Msign.polarExpress(5);
        double[][] printed = {
            {8.20516, -22.90193, 16.46072},
            {4.06639, -2.86115, 0.51840},
            {3.90960, -2.82335, 0.52504},
            {3.28556, -2.41530, 0.48529},
            {2.2779, -1.6198, 0.3985}
        };
        assertThat(five.steps()).hasSize(5);
        for (int i = 0; i < 5; i++) {
            OddPolynomial p = five.steps().get(i);
            double digits = i < 4 ? 1e-5 : 1e-4;
            assertThat(p.a()).isCloseTo(printed[i][0], offset(digits));
            assertThat(p.b()).isCloseTo(printed[i][1], offset(digits));
            assertThat(p.c()).isCloseTo(printed[i][2], offset(digits));
        }
        assertThat(five.safety()).isEqualTo(1.01);
        for (int i = 0; i <= 10000; i++) {
            double x = 1e-3 + (1 - 1e-3) * i / 10000;
            assertThat(Msign.scalar(five, x)).isBetween(0.837, 1.127);
            // At 10⁻³ a defect of 10⁻⁵ is left for the eighth step, which cubes it.
            assertThat(Msign.scalar(Msign.polarExpress(8), x)).isCloseTo(1, offset(4e-15));
            assertThat(Msign.scalar(Msign.polarExpress(9), x)).isCloseTo(1, offset(2e-15));
        }
    }

    @ParameterizedTest
    @EnumSource(DType.class)
    void zeroGivesExactlyZero(DType dtype) {
        for (MsignSchedule schedule :
                List.of(Msign.polarExpress(5), Msign.kellerJordan(3).withEpsilon(1e-7))) {
            for (int[] shape : new int[][] {{1, 1}, {4, 9}, {9, 4}}) {
                double[][] out = msign(Matrix.allocate(dtype, shape[0], shape[1]), dtype, schedule);
                assertThat(Dense.frobenius(out)).isZero();
            }
        }
    }

    @Test
    void emptyMatricesAreAllowed() {
        for (int[] shape : new int[][] {{0, 0}, {0, 4}, {4, 0}}) {
            double[][] out = msign(Matrix.allocate(DType.F32, shape[0], shape[1]), DType.F32, Msign.polarExpress(5));
            assertThat(out.length).isEqualTo(shape[0]);
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = DType.class,
            names = {"F32", "F64"})
    void powersOfTwoChangeNoBit(DType dtype) {
        double[][] a = Dense.gaussian(6, 9, 2);
        for (double[] row : a) {
            for (int j = 0; j < 9; j++) {
                // Few digits, which the scaling to subnormal numbers keeps.
                row[j] = Math.rint(4 * row[j]);
            }
        }
        double[][] expected = msign(Dense.matrix(dtype, a), dtype, Msign.polarExpress(5));
        int[] exponents =
                dtype == DType.F32 ? new int[] {-149, -130, -100, 100, 120} : new int[] {-1074, -1000, 400, 1018};
        for (int exponent : exponents) {
            Matrix scaled = Dense.matrix(dtype, Dense.scaled(a, Math.scalb(1.0, exponent)));
            assertThat(msign(scaled, dtype, Msign.polarExpress(5))).isDeepEqualTo(expected);
        }
    }

    @Test
    void theTransposeGivesTheTransposedBits() {
        Matrix a = Dense.matrix(DType.F32, Dense.gaussian(12, 30, 2));
        double[][] wide = msign(a, DType.F32, Msign.polarExpress(5));
        assertThat(Dense.transpose(msign(a.transposed(), DType.F32, Msign.polarExpress(5))))
                .isDeepEqualTo(wide);
    }

    @ParameterizedTest
    @ValueSource(doubles = {Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY})
    void oneBadElementGivesNanEverywhere(double bad) {
        for (MsignSchedule schedule : schedules().toList()) {
            double[][] a = Dense.gaussian(4, 6, 1);
            a[2][1] = bad;
            for (double[] row : msign(Dense.matrix(DType.F64, a), DType.F64, schedule)) {
                assertThat(row).containsOnly(Double.NaN);
            }
            for (double[] row : msign(Dense.matrix(DType.F32, Dense.transpose(a)), DType.F32, schedule)) {
                assertThat(row).containsOnly(Double.NaN);
            }
        }
    }

    @Test
    void epsilonIsAddedToTheDivisor() {
        double[][] a = Dense.gaussian(5, 7, 4);
        for (double size : new double[] {1, 1e-3, 1e-7, 1e-30}) {
            double[][] scaled = Dense.scaled(a, size);
            MsignSchedule schedule = Msign.kellerJordan(5).withEpsilon(1e-7);
            assertThat(Dense.distance(
                            msign(Dense.matrix(DType.F64, scaled), DType.F64, schedule), oracle(scaled, schedule)))
                    .isLessThanOrEqualTo(AMPLIFICATION * 0x1p-53);
        }
    }

    @ParameterizedTest
    @EnumSource(Layout.class)
    void anyLayoutGivesTheSameBits(Layout layout) {
        for (DType dtype : DType.values()) {
            for (double[][] a : List.of(Dense.gaussian(9, 5, 1), Dense.gaussian(5, 9, 1), Dense.gaussian(6, 6, 1))) {
                double[][] expected = msign(Dense.matrix(dtype, a), dtype, Msign.polarExpress(5));
                Matrix out = layout.garbage(dtype, a.length, a[0].length);
                Msign.msign(stream, layout.of(dtype, a), out, Msign.polarExpress(5));
                assertThat(Dense.array(out)).isDeepEqualTo(expected);
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 2, 5})
    void theOutputMayOverlapTheInput(int steps) {
        MsignSchedule schedule = Msign.polarExpress(steps);
        double[][] a = Dense.gaussian(8, 8, 1);
        double[][] expected = msign(Dense.matrix(DType.F64, a), DType.F64, schedule);
        Matrix same = Dense.matrix(DType.F64, a);
        Msign.msign(stream, same, same, schedule);
        assertThat(Dense.array(same)).isDeepEqualTo(expected);
        Matrix turned = Dense.matrix(DType.F64, a);
        Msign.msign(stream, turned, turned.transposed(), schedule);
        assertThat(Dense.array(turned.transposed())).isDeepEqualTo(expected);
        Matrix both = Matrix.allocate(DType.F64, 9, 8);
        Dense.matrix(DType.F64, a).copyTo(both.view(0, 0, 8, 8));
        Msign.msign(stream, both.view(0, 0, 8, 8), both.view(1, 0, 8, 8), schedule);
        assertThat(Dense.array(both.view(1, 0, 8, 8))).isDeepEqualTo(expected);
    }

    @Test
    void typesMayDiffer() {
        Matrix a = Dense.matrix(DType.BF16, Dense.gaussian(7, 4, 1));
        double[][] expected = oracle(Dense.array(a), Msign.kellerJordan(5));
        assertThat(Dense.distance(msign(a, DType.F64, Msign.kellerJordan(5)), expected))
                .isLessThanOrEqualTo(AMPLIFICATION * 0x1p-53);
        assertThat(Dense.distance(msign(a, DType.F32, Msign.kellerJordan(5)), expected))
                .isLessThanOrEqualTo(AMPLIFICATION * 0x1p-24);
    }

    @Test
    void neverWaitsAndLeavesNoGarbageThatGrows() {
        Waits waits = new Waits();
        Matrix a = Dense.matrix(DType.F32, Dense.gaussian(24, 40, 1));
        Matrix out = Matrix.allocate(DType.F32, 24, 40);
        MsignSchedule schedule = Msign.polarExpress(5);
        Msign.msign(waits.stream(), a, out, schedule);
        assertThat(waits.take()).isZero();
        long bytes = Garbage.perRun(300, 50, () -> {
            Msign.msign(stream, a, out, schedule);
            stream.reset();
        });
        assertThat(bytes).isLessThanOrEqualTo(512);
    }

    @Test
    void rejectsWhatDoesNotFit() {
        Matrix a = Matrix.allocate(DType.F32, 3, 4);
        assertThatThrownBy(() -> Msign.msign(stream, a, Matrix.allocate(DType.F32, 4, 3), Msign.polarExpress(5)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("3 x 4")
                .hasMessageContaining("4 x 3");
        assertThatThrownBy(() -> Msign.kellerJordan(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Msign.polarExpress(-1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> Msign.polarExpress(3, 0)).isInstanceOf(IllegalArgumentException.class);
        List<OddPolynomial> one = Collections.singletonList(new OddPolynomial(1, 0, 0));
        assertThatThrownBy(() -> new MsignSchedule("none", List.of(), 1, 0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("none");
        assertThatThrownBy(() -> new MsignSchedule("s", one, 0.9, 0)).hasMessageContaining("0.9");
        assertThatThrownBy(() -> new MsignSchedule("s", one, 1, -1)).hasMessageContaining("-1");
        assertThatThrownBy(() -> Msign.kellerJordan(1).withSafety(Double.NaN)).hasMessageContaining("NaN");
        assertThat(Msign.kellerJordan(1).withSafety(1.5).safety()).isEqualTo(1.5);
    }
}
