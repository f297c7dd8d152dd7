package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.PionMsign;
import org.isospin.optim.RotationSides;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignSchedule;
import org.isospin.polar.MsignSchedules;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** Examples of Pion with orthogonalised generators, beside its golden group. */
class PionMsignTest {
    static Stream<Arguments> backendsAndTypes() {
        return Backends.available().stream()
                .flatMap(b -> Stream.of(Arguments.of(b, DType.F64), Arguments.of(b, DType.F32)));
    }

    private static Dense dense(int rows, int columns, double... elements) {
        Dense m = Dense.zero(rows, columns);
        for (int i = 0; i < elements.length; i++) {
            m.set(i / columns, i % columns, elements[i]);
        }
        return m;
    }

    private static double distance(Matrix found, Dense expected) {
        return Dense.of(found).plus(-1, expected).max();
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void twoStepsOfTheQuinticSchedule(String backend, DType dtype) {
        PionMsign pion = PionMsign.builder().beta(0.95).learningRate(0.01).build(Backends.shared(backend));
        ParameterId id = pion.register(ParameterSpec.matrix("w", dtype, 3, 2, Orientation.OUT_IN));
        Matrix w = dense(3, 2, 1, 2, 3, 4, 5, 6).to(dtype);
        double bound = 1e-12 + 100 * dtype.unitRoundoff();
        pion.step(1, id, w, dense(3, 2, .1, -.2, .3, .4, -.5, .6).to(dtype));
        Dense first = dense(
                3, 2, 1.020459646866, 1.989638691559, 3.040866699728, 3.969021262684, 5.061273752591, 5.948403833809);
        assertThat(distance(w, first)).isLessThan(bound);
        assertThat(pion.report(id).largestAngle()).isEqualTo(0.01);
        pion.step(2, id, w, dense(3, 2, .2, .1, -.1, .3, .4, -.2).to(dtype));
        Dense second = dense(
                3, 2, 1.024438790249, 1.995356157278, 2.98801545157, 3.904791793944, 5.091855172698, 5.988860916786);
        assertThat(distance(w, second)).isLessThan(bound);
        Dense values = Dense.of(w).singularValues();
        assertThat(values.get(0, 0)).isCloseTo(9.525518117902, within(bound));
        assertThat(values.get(0, 1)).isCloseTo(0.514300581458, within(bound));
    }

    /** A skew matrix of order 2 enters every schedule at √½; what becomes of it step by step. */
    @Test
    void signsOfOnePlane() {
        MsignSchedule quintic = MsignSchedules.youJiacheng5();
        double[] expected = {0.968205960140, 0.348483547563, 1.079170887963, 0.918049613301, 1.0256120434423386};
        double[] simple = {1.106533724209, 0.712084866317, 1.100594069743, 0.705763929623, 1.108111115683};
        for (int k = 1; k <= 5; k++) {
            MsignSchedule first =
                    new MsignSchedule("first", quintic.steps().subList(0, k), quintic.safety(), quintic.epsilon());
            assertThat(planeSign(first)).as("step %d", k).isCloseTo(expected[k - 1], within(1e-12));
            assertThat(planeSign(Msign.kellerJordan(k))).isCloseTo(simple[k - 1], within(1e-12));
        }
        assertThat(planeSign(quintic)).isCloseTo(1.0256120434423386, within(2e-15));
    }

    private static double planeSign(MsignSchedule schedule) {
        SkewMatrix a = SkewMatrix.wrap(2, dense(1, 1, 3).to(DType.F64));
        SkewMatrix out = SkewMatrix.allocate(DType.F64, 2);
        Msign.skew(Backends.shared(Backends.REFERENCE), a, schedule, out);
        return out.get(0, 1);
    }

    /** W = diag(2, 1), G = e₁e₂ᵀ, whose sign is exact: both singular values grow by 1 + η⁴/4 in two steps. */
    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void exactSigns(String backend, DType dtype) {
        PionMsign pion = PionMsign.builder()
                .schedule(Msign.polarExpress(12, 1e-3))
                .learningRate(0.1)
                .build(Backends.shared(backend));
        ParameterId id = pion.register(ParameterSpec.matrix("w", dtype, 2, 2, Orientation.OUT_IN));
        Matrix w = dense(2, 2, 2, 0, 0, 1).to(dtype);
        Matrix g = dense(2, 2, 0, 1, 0, 0).to(dtype);
        double bound = 20 * dtype.unitRoundoff();
        pion.step(1, id, w, g);
        assertThat(distance(w, dense(2, 2, 1.99, -0.2, 0.1, 0.995))).isLessThan(bound);
        pion.step(2, id, w, g);
        assertThat(distance(w, dense(2, 2, 1.97005, -0.2985, 0.2985, 0.970025))).isLessThan(bound);
        assertThat(Dense.of(w).singularValues().get(0, 0)).isCloseTo(2.00005, within(bound));
    }

    /** Both sides are those of one side after the other, with signs of the same W. */
    @Test
    void degreeOneOnBothSides() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        PionMsign pion = PionMsign.builder()
                .schedule(Msign.polarExpress(12, 1e-3))
                .sides(RotationSides.BOTH)
                .degree(1)
                .learningRate(0.1)
                .build(iso);
        ParameterId id = pion.register(ParameterSpec.matrix("w", DType.F64, 2, 2, Orientation.OUT_IN));
        Matrix w = dense(2, 2, 2, 0, 0, 1).to(DType.F64);
        pion.step(1, id, w, dense(2, 2, 0, 1, 0, 0).to(DType.F64));
        // (I − ηO)·W·(I − ηO) with O = [0 1; −1 0].
        assertThat(distance(w, dense(2, 2, 1.99, -0.3, 0.3, 0.98))).isLessThan(1e-14);
    }

    @Test
    void whatMakesNoSenseIsRefused() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        PionMsign.Builder builder = PionMsign.builder();
        assertThatIllegalArgumentException().isThrownBy(() -> builder.weightDecay(0.1));
        assertThatIllegalArgumentException().isThrownBy(() -> builder.degree(0).build(iso));
    }
}
