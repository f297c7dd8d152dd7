package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.measure.EnergyOptions;
import org.isospin.measure.HypersphericalEnergy;
import org.isospin.measure.HypersphericalEnergyDerivative;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The energy's gradient against slopes in every form, across types and blocks, and where neurons are degenerate. */
class HypersphericalEnergyDerivativeTest {
    private static final EnergyOptions FULL = EnergyOptions.DEFAULT;

    static Stream<String> backends() {
        return Backends.available().stream();
    }

    private static Stream<EnergyOptions> forms() {
        return Stream.of(EnergyOptions.Distance.values())
                .flatMap(distance -> Stream.of(EnergyOptions.Space.values())
                        .flatMap(space -> Stream.of(0.0, 1.0, 2.0, 2.5)
                                .flatMap(power -> Stream.of(0.0, 0.5)
                                        .map(epsilon -> FULL.withDistance(distance)
                                                .withSpace(space)
                                                .withPower(power)
                                                .withGuards(1e-7, epsilon, epsilon / 8)))));
    }

    private static Dense gradient(Isospin iso, Matrix w, EnergyOptions options) {
        Matrix out = Generators.garbage(Matrix.allocate(w.dtype(), w.rows(), w.columns()));
        HypersphericalEnergyDerivative.vjp(iso, w, options, 1, out);
        return Dense.of(out);
    }

    private static UnaryOperator<Dense> energy(Isospin iso, EnergyOptions options) {
        return x -> {
            Dense out = Dense.zero(1, 1);
            out.set(0, 0, HypersphericalEnergy.energy(iso, x.to(DType.F64), options));
            return out;
        };
    }

    private static void check(Isospin iso, Dense w, EnergyOptions options) {
        Dense one = Dense.identity(1);
        // Steps that are short beside the rows and their distances.
        Dense direction = Dense.zero(w.rows(), w.columns()).plus(0.05, Generators.gaussian(w.rows(), w.columns(), 5));
        Dense gradient = gradient(iso, w.to(DType.F64), options);
        Dense jvp = Dense.zero(1, 1);
        jvp.set(0, 0, HypersphericalEnergyDerivative.jvp(iso, w.to(DType.F64), options, direction.to(DType.F64)));
        String name = "the hyperspherical energy, " + options;
        DerivativeLaws.vjp(name, energy(iso, options), w, direction, one, gradient)
                .orThrow();
        DerivativeLaws.jvp(name, energy(iso, options), w, direction, jvp).orThrow();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void isTheSlopeInEveryForm(String backend) {
        Isospin iso = Backends.shared(backend);
        forms().forEach(options -> {
            check(iso, Generators.gaussian(6, 8, 3), options);
            check(iso, Generators.gaussian(3, 12, 4), options.withTotal(EnergyOptions.Total.SUM));
            check(iso, Generators.gaussian(1, 5, 4), options);
        });
    }

    @ParameterizedTest
    @MethodSource("backends")
    void isTheSlopeAcrossBlocks(String backend) {
        check(Backends.shared(backend), Generators.gaussian(300, 24, 1), EnergyOptions.PION);
        check(Backends.shared(backend), Generators.gaussian(520, 24, 1), FULL.withGuards(0, 0.5, 0));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void isRoundedOnce(String backend) {
        Isospin iso = Backends.shared(backend);
        forms().forEach(options -> {
            for (DType dtype : new DType[] {DType.F32, DType.BF16}) {
                Matrix w = Generators.gaussian(9, 12, 3).to(dtype);
                Dense expected = gradient(iso, Dense.of(w).to(DType.F64), options);
                Dense found = gradient(iso, w, options);
                assertThat(found.plus(-1, expected).max())
                        .isLessThanOrEqualTo(1.01 * dtype.unitRoundoff() * expected.max());
            }
        });
    }

    @ParameterizedTest
    @MethodSource("backends")
    void isInverseToTheMagnitude(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense w = Generators.gaussian(9, 12, 3);
        Dense expected = gradient(iso, w.to(DType.F64), EnergyOptions.PION);
        for (double factor : new double[] {0x1p900, 0x1p-900}) {
            Dense found = gradient(iso, Dense.zero(9, 12).plus(factor, w).to(DType.F64), EnergyOptions.PION);
            assertThat(Dense.zero(9, 12).plus(factor, found).hasBitsOf(expected))
                    .isTrue();
        }
        // As a loss's weight, and in place.
        Matrix twice = w.to(DType.F64);
        HypersphericalEnergyDerivative.vjp(iso, twice, EnergyOptions.PION, -2, twice);
        assertThat(Dense.of(twice).plus(2, expected).max()).isZero();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void degenerateNeuronsArePulledAtNothing(String backend) {
        Isospin iso = Backends.shared(backend);
        for (EnergyOptions options : forms().toList()) {
            Dense w = Generators.gaussian(5, 6, 1);
            for (int j = 0; j < 6; j++) {
                w.set(1, j, 2 * w.get(0, j));
                w.set(2, j, -w.get(0, j));
                w.set(3, j, 0);
            }
            // Without a floor too: beside equal neurons there is none, and opposite ones have a cone.
            EnergyOptions bare = options.withGuards(0, options.normEpsilon(), options.angleOffset());
            for (EnergyOptions each : new EnergyOptions[] {options, bare}) {
                Dense found = gradient(iso, w.to(DType.F64), each);
                if (each.floor() > 0 || each.normEpsilon() > 0) {
                    assertThat(found.isFinite()).as("%s", each).isTrue();
                }
                for (int j = 0; j < 6 && each.normEpsilon() == 0; j++) {
                    assertThat(found.get(3, j)).as("%s", each).isZero();
                }
            }
        }
        Dense equal = gradient(iso, twoRows(1, 4).to(DType.F32), FULL);
        assertThat(equal.max()).isZero();
        Dense opposite = gradient(iso, twoRows(1, -1).to(DType.F64), FULL);
        assertThat(opposite.max()).isLessThan(16 * DType.F64.unitRoundoff());
        assertThat(gradient(iso, Generators.gaussian(1, 5, 1).to(DType.F64), EnergyOptions.PION)
                        .max())
                .isCloseTo(0, within(0.0));
        Dense bad = Generators.gaussian(3, 4, 1);
        bad.set(1, 2, Double.NaN);
        assertThat(gradient(iso, bad.to(DType.F32), FULL).isFinite()).isFalse();
        Matrix wide = Matrix.allocate(DType.F64, 3, 5);
        assertThatThrownBy(() -> HypersphericalEnergyDerivative.jvp(iso, bad.to(DType.F64), FULL, wide))
                .hasMessageContaining("3 x 4");
    }

    private static Dense twoRows(double first, double second) {
        Dense w = Dense.zero(2, 7);
        for (int j = 0; j < 7; j++) {
            w.set(0, j, first * (j - 2));
            w.set(1, j, second * (j - 2));
        }
        return w;
    }
}
