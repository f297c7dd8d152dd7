package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.CayleyTruncation;
import org.isospin.rotation.FixedPointCayley;
import org.isospin.rotation.FixedPointCayley.StepLimit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The fixed-point form of the Cayley transform beside the series, and its promises of error and defect. */
class FixedPointCayleyTest {
    static Stream<Arguments> backendsAndTypes() {
        return Backends.available().stream()
                .flatMap(b -> Stream.of(DType.F64, DType.F32).map(t -> Arguments.of(b, t)));
    }

    private static Dense apply(Isospin iso, SkewMatrix a, CayleyStep step, int iterations, Dense x) {
        Matrix out = Generators.garbage(Matrix.allocate(a.dtype(), x.rows(), x.columns()));
        FixedPointCayley.apply(iso, a, step, iterations, x.to(a.dtype()), out);
        return Dense.of(out);
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void isTheSeriesOfOneOrderMore(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        for (int n : new int[] {1, 2, 7, 40}) {
            for (int p : new int[] {0, 1, 3, n}) {
                SkewMatrix a = Generators.skew(dtype, n, 0.7, n);
                Dense x = Dense.of(Generators.gaussian(n, p, n + 1).to(dtype));
                for (CayleyStep step : CayleyStep.values()) {
                    for (int iterations = 0; iterations < 6; iterations++) {
                        int order = iterations + 1;
                        Dense series = Subjects.apply((s, out) -> iso.cayleySeries(s, order, step, out), a);
                        double error = apply(iso, a, step, iterations, x)
                                .plus(-1, series.times(x))
                                .frobenius();
                        // A few roundings of numbers of the size of 2(ρ + ρ² + …) + 1 < 6, here and in the series.
                        assertThat(error)
                                .as("n = %d, p = %d, %s, %d iterations", n, p, step, iterations)
                                .isLessThanOrEqualTo(2 * 6 * dtype.unitRoundoff() * x.frobenius());
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backendsAndTypes")
    void errorAndDefectAreAsPromised(String backend, DType dtype) {
        Isospin iso = Backends.shared(backend);
        int n = 9;
        double norm = 0.2;
        // The first plane turns by the norm, and X spans all planes.
        SkewMatrix a = Generators.skewPart(dtype, Generators.planes(n, norm, t -> 0, t -> t));
        double rho = 0.5 * norm;
        for (int iterations = 0; iterations < 5; iterations++) {
            Dense y = apply(iso, a, CayleyStep.HALF, iterations, Dense.identity(n));
            double error = y.plus(-1, Decimals.cayley(Dense.zero(n, n).plus(0.5, Dense.of(a))))
                    .norm2();
            double expected = 2 * Math.pow(rho, iterations + 2) / Math.hypot(1, rho);
            double roundoff = 4 * dtype.unitRoundoff();
            assertThat(error).isCloseTo(expected, within(1e-6 * expected + roundoff));
            assertThat(CayleyTruncation.SERIES.error(iterations + 1, CayleyStep.HALF, norm))
                    .isCloseTo(expected, within(1e-14 * expected));
            // 4ρ², 4ρ⁴, 4ρ⁴, 4ρ⁶, 4ρ⁶, to the next power of ρ².
            double defect = 4 * Math.pow(rho, 2 * ((iterations + 1) / 2) + 2);
            assertThat(y.gramDefect().norm2()).isCloseTo(defect, within(1.1 * rho * rho * defect + 2 * roundoff));
        }
    }

    @Test
    void theStepIsLimited() {
        StepLimit limit = StepLimit.CAYLEY_ADAM;
        assertThat(limit.step(0.1, 1)).isEqualTo(0.1);
        assertThat(limit.step(0.1, 100)).isCloseTo(0.01, within(1e-11));
        assertThat(limit.step(0.1, 0)).isEqualTo(0.1);
        assertThat(new StepLimit(0.25, 0).step(1, 2)).isEqualTo(0.25);
        for (double q : new double[] {0, 1, -1, Double.NaN}) {
            assertThatThrownBy(() -> new StepLimit(q, 0)).isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new StepLimit(0.5, -1)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void iterationsAreNotNegative() {
        Matrix x = Matrix.allocate(DType.F64, 3, 2);
        SkewMatrix a = SkewMatrix.allocate(DType.F64, 3);
        assertThatThrownBy(
                        () -> FixedPointCayley.apply(Backends.shared(Backends.REFERENCE), a, CayleyStep.HALF, -1, x, x))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("-1");
    }

    /** One step of orthogonal gradient descent from I with W = ½J and α = 0.02, known to all digits. */
    @Test
    void aKnownStep() {
        SkewMatrix a = SkewMatrix.allocate(DType.F64, 2);
        a.packed().set(0, 0, -0.01);
        Dense y = apply(Backends.shared(Backends.REFERENCE), a, CayleyStep.HALF, 2, Dense.identity(2));
        assertThat(y.get(0, 0)).isCloseTo(0.99995, within(1e-15));
        assertThat(y.get(0, 1)).isCloseTo(-0.00999975, within(1e-16));
        assertThat(y.get(1, 0)).isCloseTo(0.00999975, within(1e-16));
    }
}
