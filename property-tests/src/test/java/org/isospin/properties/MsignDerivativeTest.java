package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignDerivative;
import org.isospin.polar.MsignNormalization;
import org.isospin.polar.MsignSchedule;
import org.isospin.polar.MsignSchedules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class MsignDerivativeTest {
    /** Schedules are polynomials of degree 5⁵ with slopes to match: differences are taken over short ways. */
    private static final double SHORT = 0x1p-9;

    static Stream<MsignSchedule> schedules() {
        return Stream.of(
                        Msign.kellerJordan(5),
                        Msign.kellerJordan(1).withSafety(1.3),
                        Msign.polarExpress(5),
                        MsignSchedules.youJiacheng5().withEpsilon(0.5),
                        MsignSchedules.cubic5(),
                        MsignSchedules.classicCubic(2))
                .flatMap(s -> Stream.of(MsignNormalization.values())
                        .filter(n -> n != MsignNormalization.ROW_SCALING)
                        .map(s::withNormalization));
    }

    private static UnaryOperator<Dense> map(Isospin iso, MsignSchedule schedule) {
        return a -> Subjects.apply((x, out) -> iso.msign(x, out, schedule), DType.F64, a);
    }

    private static Dense vjp(Isospin iso, DType dtype, Dense a, MsignSchedule schedule, Dense cotangent) {
        Matrix out = Generators.garbage(Matrix.allocate(dtype, a.rows(), a.columns()));
        MsignDerivative.vjp(iso, a.to(dtype), schedule, cotangent.to(dtype), out);
        return Dense.of(out);
    }

    private static Dense jvp(Isospin iso, DType dtype, Dense a, MsignSchedule schedule, Dense direction) {
        Matrix out = Generators.garbage(Matrix.allocate(dtype, a.rows(), a.columns()));
        MsignDerivative.jvp(iso, a.to(dtype), schedule, direction.to(dtype), out);
        return Dense.of(out);
    }

    private static Dense times(double factor, Dense m) {
        return Dense.zero(m.rows(), m.columns()).plus(factor, m);
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void areSlopesAndTheirAdjoints(MsignSchedule schedule) {
        for (String backend : Backends.available()) {
            Isospin iso = Backends.shared(backend);
            for (int[] shape : new int[][] {{1, 1}, {1, 4}, {3, 3}, {4, 7}, {9, 5}}) {
                for (double size : new double[] {1, 1e-3}) {
                    Dense a = times(size, Generators.gaussian(shape[0], shape[1], 11));
                    Dense v = times(SHORT * size, Generators.gaussian(shape[0], shape[1], 12));
                    Dense g = Generators.gaussian(shape[0], shape[1], 13);
                    UnaryOperator<Dense> f = map(iso, schedule);
                    if (Math.min(shape[0], shape[1]) > 1 || schedule.epsilon() > 0) {
                        String name = schedule.toString();
                        DerivativeLaws.jvp(name, f, a, v, jvp(iso, DType.F64, a, schedule, v))
                                .orThrow();
                        DerivativeLaws.vjp(name, f, a, v, g, vjp(iso, DType.F64, a, schedule, g))
                                .orThrow();
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("schedules")
    void agreeInF32(MsignSchedule schedule) {
        double slope = Msign.scalar(schedule, 0x1p-40) * 0x1p40;
        for (String backend : Backends.available()) {
            Isospin iso = Backends.shared(backend);
            Dense a = Dense.of(Generators.gaussian(5, 8, 3).to(DType.F32));
            Dense v = Dense.of(Generators.gaussian(5, 8, 4).to(DType.F32));
            Dense exact = jvp(iso, DType.F64, a, schedule, v);
            // Second derivatives are as large as slopes squared; β's moments know F32 to 10⁻⁵.
            double allowance = 1e-4 * slope;
            assertThat(jvp(iso, DType.F32, a, schedule, v).plus(-1, exact).frobenius() / exact.frobenius())
                    .isLessThanOrEqualTo(allowance);
            Dense adjoint = vjp(iso, DType.F64, a, schedule, v);
            assertThat(vjp(iso, DType.F32, a, schedule, v).plus(-1, adjoint).frobenius() / adjoint.frobenius())
                    .isLessThanOrEqualTo(allowance);
        }
    }

    /** ⟨G, Df[V]⟩ = ⟨Df*[G], V⟩ holds to roundoff whatever the slopes are. */
    @ParameterizedTest
    @MethodSource("schedules")
    void areAdjointToRoundoff(MsignSchedule schedule) {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        for (int[] shape : new int[][] {{1, 1}, {6, 6}, {12, 20}, {20, 12}}) {
            Dense a = Generators.gaussian(shape[0], shape[1], 21);
            Dense v = Generators.gaussian(shape[0], shape[1], 22);
            Dense g = Generators.gaussian(shape[0], shape[1], 23);
            Dense forward = jvp(iso, DType.F64, a, schedule, v);
            Dense backward = vjp(iso, DType.F64, a, schedule, g);
            double left = g.transposed().times(forward).trace();
            double right = backward.transposed().times(v).trace();
            double size = g.frobenius() * v.frobenius() / a.frobenius();
            double slope = Msign.scalar(schedule, 0x1p-40) * 0x1p40;
            assertThat(Math.abs(left - right)).isLessThanOrEqualTo(64 * slope * 0x1p-53 * size);
        }
    }

    @Test
    void skewDerivativesArePacked() {
        for (MsignNormalization normalization :
                List.of(MsignNormalization.FROBENIUS, MsignNormalization.SCHATTEN_8, MsignNormalization.BETA_4)) {
            MsignSchedule schedule = Msign.polarExpress(5).withNormalization(normalization);
            for (String backend : Backends.available()) {
                Isospin iso = Backends.shared(backend);
                // Two planes' moments tell β₄ all there is: it rests on their rounding errors.
                int[] orders = normalization == MsignNormalization.BETA_4 ? new int[] {6, 9} : new int[] {3, 6, 9};
                for (int n : orders) {
                    Dense a = Generators.gaussian(1, n * (n - 1) / 2, 5);
                    Dense v = times(SHORT, Generators.gaussian(1, n * (n - 1) / 2, 6));
                    Dense g = Generators.gaussian(1, n * (n - 1) / 2, 7);
                    UnaryOperator<Dense> f = x -> packed(n, (in, out) -> Msign.skew(iso, in, schedule, out), x);
                    Dense jvp = packed(n, (in, out) -> MsignDerivative.skewJvp(iso, skew(n, a), schedule, in, out), v);
                    Dense vjp = packed(n, (in, out) -> MsignDerivative.skewVjp(iso, skew(n, a), schedule, in, out), g);
                    DerivativeLaws.jvp("skew msign", f, a, v, jvp).orThrow();
                    DerivativeLaws.vjp("skew msign", f, a, v, g, vjp).orThrow();
                }
            }
        }
    }

    @FunctionalInterface
    private interface PackedMap {
        void apply(SkewMatrix in, SkewMatrix out);
    }

    private static SkewMatrix skew(int n, Dense packed) {
        return SkewMatrix.wrap(n, packed.to(DType.F64));
    }

    private static Dense packed(int n, PackedMap map, Dense in) {
        SkewMatrix out = SkewMatrix.allocate(DType.F64, n);
        map.apply(skew(n, in), out);
        return Dense.of(out.packed());
    }

    @Test
    void magnitudesScaleItInverselyAndZeroHasNone() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        Dense a = Generators.gaussian(4, 6, 1);
        Dense g = Generators.gaussian(4, 6, 2);
        for (MsignNormalization normalization : List.of(MsignNormalization.FROBENIUS, MsignNormalization.BETA_4)) {
            MsignSchedule schedule = Msign.polarExpress(5).withNormalization(normalization);
            Dense expected = vjp(iso, DType.F64, a, schedule, g);
            for (int exponent : new int[] {-900, 900}) {
                double size = Math.scalb(1.0, exponent);
                assertThat(times(size, vjp(iso, DType.F64, times(size, a), schedule, g))
                                .hasBitsOf(expected))
                        .isTrue();
            }
            Dense zero = Dense.zero(4, 6);
            assertThat(vjp(iso, DType.F32, zero, schedule, g).max()).isZero();
            assertThat(jvp(iso, DType.F64, zero, schedule, g).max()).isZero();
            // With an epsilon it has: the product of the slopes at 0.
            double slope = Msign.scalar(schedule.withSafety(1).withNormalization(MsignNormalization.FROBENIUS), 0x1p-40)
                    * 0x1p40;
            MsignSchedule guarded = schedule.withEpsilon(0.25);
            assertThat(jvp(iso, DType.F64, zero, guarded, g).plus(-4 * slope, g).max())
                    .isLessThanOrEqualTo(1e-12 * slope);
            a.set(2, 2, Double.NaN);
            assertThat(vjp(iso, DType.F64, a, schedule, g).isFinite()).isFalse();
            a.set(2, 2, 1);
        }
    }

    @Test
    void rejectsWhatDoesNotFitOrHasNoDerivative() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        Matrix a = Matrix.allocate(DType.F32, 3, 4);
        Matrix b = Matrix.allocate(DType.F32, 4, 3);
        assertThatThrownBy(() -> MsignDerivative.vjp(iso, a, Msign.kellerJordan(5), b, a))
                .hasMessageContaining("3 x 4")
                .hasMessageContaining("4 x 3");
        assertThatThrownBy(() -> MsignDerivative.jvp(iso, a, Msign.kellerJordan(5), a, b))
                .hasMessageContaining("3 x 4")
                .hasMessageContaining("4 x 3");
        assertThatThrownBy(() -> MsignDerivative.vjp(iso, a, MsignSchedules.turboMuon4(), a, a))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("derivative");
    }
}
