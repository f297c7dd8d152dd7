package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.merge.PrincipalSubspaces;
import org.isospin.merge.TokenShift;
import org.isospin.merge.UpdateResponse;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What tuning did to activations, against values known in closed form. */
class ActivationDiagnosticsTest {
    /** A few hundred operations, each rounded once. */
    private static final double ROUNDING = 400 * DType.F64.unitRoundoff();

    static Stream<String> backends() {
        return Backends.available().stream();
    }

    private static Matrix f64(Dense m) {
        return m.to(DType.F64);
    }

    private static Dense scaled(double factor, Dense m) {
        return Dense.zero(m.rows(), m.columns()).plus(factor, m);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void equalActivationsHaveNotMovedAtAll(String backend) {
        Isospin iso = Backends.shared(backend);
        Matrix x = f64(Generators.gaussian(7, 5, 1));
        TokenShift shift = TokenShift.of(iso, x, x);
        assertThat(shift).isEqualTo(new TokenShift(1, 0, 0, 0, 1, 0));
        assertThat(shift.cosineDrift()).isZero();
        assertThat(PrincipalSubspaces.distance(iso, x, x, 3)).isLessThanOrEqualTo(ROUNDING);
        UpdateResponse none = UpdateResponse.of(iso, x, x, f64(Generators.gaussian(3, 5, 2)));
        assertThat(none).isEqualTo(new UpdateResponse(0, 0, 0));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void turnedAndScaledTokensTellAngleAndRatio(String backend) {
        Isospin iso = Backends.shared(backend);
        // In the plane every token turns by the same angle, however small.
        for (double angle : new double[] {1e-9, 0.3, 2, Math.PI}) {
            Dense x = Generators.gaussian(9, 2, 3);
            Dense turned = x.times(Generators.planes(2, angle, Math::cos, Math::sin));
            for (double factor : new double[] {0.25, 1e100}) {
                TokenShift shift = TokenShift.of(iso, f64(x), f64(scaled(factor, turned)));
                assertThat(shift.cosine()).isCloseTo(Math.cos(angle), within(ROUNDING));
                assertThat(shift.angle()).isCloseTo(angle, within(ROUNDING));
                assertThat(shift.medianAngle()).isCloseTo(angle, within(ROUNDING));
                assertThat(shift.ratio()).isCloseTo(factor, within(ROUNDING * factor));
                assertThat(shift.ratioDeviation()).isCloseTo(0, within(ROUNDING * factor));
                assertThat(shift.logRatio()).isCloseTo(Math.abs(Math.log(factor)), within(ROUNDING));
            }
        }
    }

    @Test
    void everyTokenCountsByItself() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        // Right angle and twice as long, no angle and half as long, zero and zero.
        Matrix x0 = Matrix.wrap(new double[] {1, 0, 0, 4, 0, 0}, 3, 2);
        Matrix x1 = Matrix.wrap(new double[] {0, 2, 0, 2, 0, 0}, 3, 2);
        TokenShift shift = TokenShift.of(iso, x0, x1);
        assertThat(shift.cosine()).isCloseTo(1 / 3.0, within(ROUNDING));
        assertThat(shift.angle()).isCloseTo(Math.PI / 3, within(ROUNDING));
        assertThat(shift.medianAngle()).isCloseTo(Math.PI / 2, within(ROUNDING));
        assertThat(shift.logRatio()).isCloseTo(2 * Math.log(2) / 3, within(ROUNDING));
        assertThat(shift.ratio()).isCloseTo(3.5 / 3, within(ROUNDING));
        // Population: √(((2 − 7/6)² + (1/2 − 7/6)² + (1 − 7/6)²)/3) = √(7/18).
        assertThat(shift.ratioDeviation()).isCloseTo(Math.sqrt(7 / 18.0), within(ROUNDING));
        assertThat(TokenShift.of(iso, x0.view(0, 0, 0, 2), x1.view(0, 0, 0, 2)).angle())
                .isNaN();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void subspacesAreZeroToOneApart(String backend) {
        Isospin iso = Backends.shared(backend);
        // Tokens ±eᵢ: centred already, and their principal directions are axes, by length.
        Matrix x0 = Matrix.allocate(DType.F64, 8, 4);
        Matrix x1 = Matrix.allocate(DType.F64, 8, 4);
        for (int i = 0; i < 4; i++) {
            x0.set(2 * i, i, 8 - 2 * i);
            x0.set(2 * i + 1, i, 2 * i - 8);
            x1.set(2 * i, 3 - i, 8 - 2 * i);
            x1.set(2 * i + 1, 3 - i, 2 * i - 8);
        }
        assertThat(PrincipalSubspaces.distance(iso, x0, x1, 2)).isCloseTo(1, within(ROUNDING));
        // {e₀, e₁, e₂} and {e₃, e₂, e₁}: one of three directions differs.
        assertThat(PrincipalSubspaces.distance(iso, x0, x1, 3)).isCloseTo(Math.sqrt(1 / 3.0), within(ROUNDING));
        assertThat(PrincipalSubspaces.distance(iso, x0, x1, 64)).isCloseTo(0, within(ROUNDING));
        // Means do not matter, nor magnitudes.
        Dense shifted = scaled(1e-200, Dense.of(x1));
        for (int i = 0; i < 8; i++) {
            shifted.set(i, 0, shifted.get(i, 0) + 3e-200);
        }
        assertThat(PrincipalSubspaces.distance(iso, x0, f64(shifted), 2)).isCloseTo(1, within(10 * ROUNDING));
        assertThat(PrincipalSubspaces.distance(iso, x0.row(0), x1.row(0), 2)).isZero();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void responsesToKnownInputs(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense w = Generators.gaussian(3, 5, 1);
        Dense change = Generators.gaussian(3, 5, 2);
        // All axes alike: no direction is known.
        UpdateResponse isotropic = UpdateResponse.of(iso, f64(w), f64(w.plus(1, change)), f64(Dense.identity(5)));
        double squares = change.frobenius() * change.frobenius();
        assertThat(isotropic.normalized()).isCloseTo(0.2, within(ROUNDING));
        assertThat(isotropic.absolute()).isCloseTo(squares / 5, within(ROUNDING * squares));
        double before = w.frobenius() * w.frobenius();
        assertThat(isotropic.relative()).isCloseTo(squares / before, within(ROUNDING * squares / before));
        // W₀ = diag(2, 1), ΔW = diag(0, 3): inputs along the first axis do not meet it, along the second they all do.
        Matrix base = Matrix.wrap(new double[] {2, 0, 0, 1}, 2, 2);
        Matrix tuned = Matrix.wrap(new double[] {2, 0, 0, 4}, 2, 2);
        UpdateResponse off = UpdateResponse.of(iso, base, tuned, Matrix.wrap(new double[] {5, 0}, 1, 2));
        UpdateResponse on = UpdateResponse.of(iso, base, tuned, Matrix.wrap(new double[] {0, 5, 0, -5}, 2, 2));
        assertThat(off).isEqualTo(new UpdateResponse(0, 0, 0));
        assertThat(on.absolute()).isCloseTo(225, within(225 * ROUNDING));
        assertThat(on.relative()).isCloseTo(9, within(9 * ROUNDING));
        assertThat(on.normalized()).isCloseTo(1, within(ROUNDING));
        assertThat(off.over(on)).isZero();
        assertThat(on.over(off)).isInfinite();
    }

    @Test
    void whatIsNotFiniteOrDoesNotFitIsRejected() {
        Isospin iso = Backends.shared(Backends.REFERENCE);
        Matrix x = f64(Generators.gaussian(3, 4, 1));
        Matrix broken = x.copy();
        broken.set(1, 1, Double.POSITIVE_INFINITY);
        assertThatThrownBy(() -> TokenShift.of(iso, x, broken)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PrincipalSubspaces.distance(iso, broken, x, 1))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> PrincipalSubspaces.distance(iso, x, x, 0)).hasMessageContaining("not 0");
        assertThatThrownBy(() -> UpdateResponse.of(iso, x, broken, x)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> UpdateResponse.of(iso, x, x, x.transposed()))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
