package org.isospin.polar;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.data.Offset.offset;

import java.util.List;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Matrix;
import org.isospin.Precision;
import org.isospin.backend.ComputeStream;
import org.isospin.backend.Dense;
import org.isospin.backend.Layout;
import org.isospin.backend.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The published schedules behave as measured in exact arithmetic: slope at 0, range, and where they diverge. */
class MsignSchedulesTest {
    private static final int POINTS = 200_000;

    private final ComputeStream stream = new ReferenceBackend().open(1, Precision.STANDARD);

    @AfterEach
    void close() {
        stream.close();
    }

    /** name, slope, least and most on [10⁻², 1], least and most on [10⁻³, 1], blow-up, as published to so many digits. */
    static Stream<Arguments> table() {
        return Stream.of(
                Arguments.of("kellerJordan(5)", "484.9", "0.682", "1.134", "0.471", "1.202", "1.264"),
                Arguments.of("youJiacheng5", "492.7", "0.978", "1.032", "0.475", "1.145", "1.325"),
                Arguments.of("youJiacheng6", "1137", "0.9956", "0.9993", "0.866", "0.9993", "1.083"),
                Arguments.of("suX", "1476", "0.9905", "1.0104", "0.9748", "1.0104", "1.249"),
                Arguments.of("suX2", "1050", "0.9953", "1.0048", "0.830", "1.0048", "1.272"),
                Arguments.of("suX3", "662", "0.9505", "1.0495", "0.612", "1.0495", "1.013"),
                Arguments.of("suConstant(5)", "437.8", "0.821", "1.183", "0.427", "1.183", "1.184"),
                Arguments.of("polarExpressRaw(5)", "1026", "0.876", "1.124", "0.876", "1.124", "1.0000"),
                Arguments.of("polarExpress(5)", "976", "0.870", "1.124", "0.846", "1.124", "1.0109"),
                Arguments.of("polarExpressDao", "804", "0.846", "1.124", "0.729", "1.124", "1.0547"),
                Arguments.of("polarExpressCushioned", "989.5", "0.859", "1.141", "0.859", "1.141", "1.0218"),
                // Emerging-Optimizers rounds it to four decimals, which widens the range to [0.884, 1.120].
                Arguments.of("minimax(5)", "1049", "0.8866", "1.1134", "0.8866", "1.1134", "1.0000"),
                Arguments.of("deepSeekV4", "79263", "1", "1.00054", "1", "1.00054", "1.264"),
                Arguments.of("cubic5", "119", "0.774", "1.300", "0.119", "1.300", "1.0035"),
                Arguments.of("turboMuon4", "147", "0.941", "1.050", "0.147", "1.050", "1.105"),
                Arguments.of("classicCubic(10)", "57.7", "0.53", "1", "0.058", "1", "1.732"),
                Arguments.of("classicQuintic(8)", "152.8", "0.943", "1", "0.152", "1", "1.528"));
    }

    @ParameterizedTest
    @MethodSource("table")
    void behavesAsPublished(
            String name, String slope, String least2, String most2, String least3, String most3, String blowUp) {
        // The numbers are those of the polynomials; the norm's safety factor is no part of them.
        MsignSchedule schedule = MsignSchedules.named(name).withSafety(1);
        agrees(Msign.scalar(schedule, 0x1p-40) * 0x1p40, slope);
        range(schedule, 1e-2, least2, most2);
        range(schedule, 1e-3, least3, most3);
        agrees(blowUp(schedule), blowUp);
    }

    @Test
    void theTableIsOfAllSchedules() {
        assertThat(table().map(a -> (String) a.get()[0]))
                .containsExactlyInAnyOrderElementsOf(
                        MsignSchedules.all().stream().map(MsignSchedule::name).toList());
    }

    private static void range(MsignSchedule schedule, double from, String least, String most) {
        double low = Double.POSITIVE_INFINITY;
        double high = 0;
        for (int i = 0; i <= POINTS; i++) {
            // Even in log x: the interesting part is small.
            double y = Msign.scalar(schedule, Math.pow(from, 1 - (double) i / POINTS));
            low = Math.min(low, y);
            high = Math.max(high, y);
        }
        agrees(low, least);
        agrees(high, most);
    }

    /** The least x > 1 that the composition takes out of [0, 3]. */
    private static double blowUp(MsignSchedule schedule) {
        double step = 1e-5;
        for (int i = 1; i < POINTS; i++) {
            double y = Msign.scalar(schedule, 1 + i * step);
            if (!(y >= 0 && y <= 3)) {
                return 1 + (i - 0.5) * step;
            }
        }
        return Double.POSITIVE_INFINITY;
    }

    /** A printed number is off by a unit of its last digit at most: some are cut, not rounded. */
    private static void agrees(double actual, String printed) {
        int point = printed.indexOf('.');
        int digits = point < 0 ? 0 : printed.length() - point - 1;
        // 1 as a bound of values that tend to it is meant to more digits.
        double unit = printed.equals("1") ? 6e-4 : Math.pow(10, -digits);
        assertThat(actual).isCloseTo(Double.parseDouble(printed), offset(unit * 1.01));
    }

    @Test
    void safetyConventionsAreTheirAuthors() {
        assertThat(Msign.polarExpress(5).safety()).isEqualTo(1.01);
        assertThat(MsignSchedules.polarExpressCushioned().safety()).isEqualTo(1.02);
        for (MsignSchedule schedule : MsignSchedules.all()) {
            boolean isOwn =
                    schedule.name().equals("polarExpress(5)") || schedule.name().equals("polarExpressCushioned");
            assertThat(schedule.safety() == 1).isEqualTo(!isOwn);
            assertThat(schedule.epsilon()).isZero();
            assertThat(schedule.evaluation()).isEqualTo(MsignEvaluation.STANDARD);
            assertThat(schedule.normalization())
                    .isEqualTo(
                            schedule.name().equals("turboMuon4")
                                    ? MsignNormalization.ROW_SCALING
                                    : MsignNormalization.FROBENIUS);
        }
        // The last polynomial of Dao's list is widened like the others: 2.3006520.../1.05.
        assertThat(MsignSchedules.polarExpressDao().steps().getLast().a()).isEqualTo(2.1910971618617303, offset(1e-15));
    }

    @Test
    void theTablesAreWhatTheGeneratorMakes() {
        List<OddPolynomial> cushioned = MsignSchedules.polarExpressCushioned().steps();
        List<OddPolynomial> made = PolarExpress.quintics(5, 1e-3, 1.02, 0.02);
        List<OddPolynomial> pure = PolarExpress.quintics(8, 1e-3, 1, 0);
        List<OddPolynomial> minimax = MsignSchedules.minimax(8).steps();
        for (int i = 0; i < 5; i++) {
            close(cushioned.get(i), made.get(i), 1e-12);
        }
        for (int i = 0; i < 8; i++) {
            close(minimax.get(i), pure.get(i), 1e-8);
        }
    }

    private static void close(OddPolynomial actual, OddPolynomial expected, double tolerance) {
        assertThat(actual.a()).isCloseTo(expected.a(), offset(tolerance * Math.abs(expected.a())));
        assertThat(actual.b()).isCloseTo(expected.b(), offset(tolerance * Math.abs(expected.b())));
        assertThat(actual.c()).isCloseTo(expected.c(), offset(tolerance * Math.abs(expected.c())));
    }

    @Test
    void lastPolynomialsRepeat() {
        assertThat(MsignSchedules.polarExpressRaw(11).steps().subList(7, 11))
                .containsOnly(new OddPolynomial(1.875, -1.25, 0.375));
        assertThat(MsignSchedules.minimax(10).steps().subList(8, 10))
                .containsOnly(new OddPolynomial(1.875, -1.25, 0.375));
        assertThat(MsignSchedules.polarExpressRaw(3).steps()).hasSize(3);
        assertThatThrownBy(() -> MsignSchedules.minimax(0)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> MsignSchedules.classicCubic(-1)).hasMessageContaining("-1");
    }

    @Test
    void theBrokenSetIsRefusedAndUnknownNamesListTheKnown() {
        assertThatThrownBy(() -> MsignSchedules.named("aol"))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("negative")
                .hasMessageContaining("turboMuon4");
        assertThatThrownBy(() -> MsignSchedules.named("suY"))
                .hasMessageContaining("suY")
                .hasMessageContaining("suX2");
    }

    @Test
    void rowScalingTakesOrthogonalRowsToLengthOne() {
        // Rows that are orthogonal and of any length become exactly as long as the first polynomial's 1.
        double[][] a = {{3, 0, 0, 4}, {0, 1e-6, 0, 0}, {0, 0, 250, 0}};
        double f = Msign.scalar(MsignSchedules.turboMuon4(), 1);
        assertThat(f).isCloseTo(0.944, offset(1e-3));
        double[][] expected = {{0.6 * f, 0, 0, 0.8 * f}, {0, f, 0, 0}, {0, 0, f, 0}};
        for (DType dtype : new DType[] {DType.F32, DType.F64}) {
            for (boolean isTall : new boolean[] {false, true}) {
                double[][] given = isTall ? Dense.transpose(a) : a;
                Matrix out = Layout.HEAP.garbage(dtype, given.length, given[0].length);
                Msign.msign(stream, Dense.matrix(dtype, given), out, MsignSchedules.turboMuon4());
                stream.reset();
                double[][] got = isTall ? Dense.transpose(Dense.array(out)) : Dense.array(out);
                assertThat(Dense.distance(got, expected)).isLessThanOrEqualTo(64 * dtype.unitRoundoff());
            }
        }
    }

    @Test
    void rowScalingBringsEveryNormToOne() {
        for (long seed = 0; seed < 20; seed++) {
            double[][] a = Dense.gaussian(9, 14, seed);
            for (int i = 0; i < 9; i++) {
                for (int j = 0; j < 14; j++) {
                    // Rows that differ in length, with a common part that makes the norm large.
                    a[i][j] = Math.scalb(a[i][j] + 3, i - 4);
                }
            }
            // One step of x ↦ x alone shows the scaled matrix.
            MsignSchedule identity = new MsignSchedule("identity", List.of(new OddPolynomial(1, 0, 0)), 1, 0)
                    .withNormalization(MsignNormalization.ROW_SCALING);
            Matrix out = Matrix.allocate(DType.F64, 9, 14);
            Msign.msign(stream, Dense.matrix(DType.F64, a), out, identity);
            stream.reset();
            NormBounds bounds = NormBounds.of(stream, out);
            stream.reset();
            assertThat(Msign.scalar(identity, 1)).isEqualTo(1);
            // σ₁ ≤ 1, to the tightness of β₄ for one large singular value.
            assertThat(bounds.least()).isLessThanOrEqualTo(1.2);
            for (int i = 0; i < 9; i++) {
                double ratio = out.get(i, 0) / a[i][0];
                for (int j = 0; j < 14; j++) {
                    assertThat(out.get(i, j)).isCloseTo(ratio * a[i][j], offset(1e-14));
                }
            }
        }
    }

    @Test
    void zeroRowsStayZeroUnderRowScaling() {
        Matrix a = Matrix.allocate(DType.F32, 3, 5);
        a.set(1, 2, 7);
        Matrix out = Layout.HEAP.garbage(DType.F32, 3, 5);
        Msign.msign(stream, a, out, MsignSchedules.turboMuon4());
        assertThat(out.get(0, 0)).isZero();
        assertThat(out.get(1, 2)).isCloseTo(0.944, offset(1e-3));
        assertThatThrownBy(() -> MsignSchedules.turboMuon4().withEpsilon(1e-7)).hasMessageContaining("1.0E-7");
    }
}
