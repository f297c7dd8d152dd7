package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.measure.EnergyOptions;
import org.isospin.measure.HypersphericalEnergy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The mean energy of independent uniform directions: formulas, printed values, and what many Gaussian rows have. */
class UniformEnergyTest {
    private static final EnergyOptions FULL = EnergyOptions.DEFAULT;

    private static double uniform(int dimension, double power) {
        return HypersphericalEnergy.uniform(7, dimension, FULL.withPower(power));
    }

    @ParameterizedTest
    @ValueSource(ints = {4, 5, 6, 16, 64, 1000, 4096, 65536})
    void squaresHaveAFormula(int d) {
        double expected = (d - 2.0) / (2 * (d - 3.0));
        assertThat(uniform(d, 2)).isCloseTo(expected, within(1e-12 * expected));
    }

    @ParameterizedTest
    @ValueSource(ints = {3, 4, 5, 16, 63, 64, 1001, 4096})
    void othersHaveGammas(int d) {
        // By recursion from b = ½ or 1: g(d) = Γ(b − ½)Γ(2b)/(2Γ(2b − ½)Γ(b)), ψ(2b) − ψ(b).
        assertThat(uniform(d, 1)).isCloseTo(one(d), within(1e-11));
        assertThat(uniform(d, 0)).isCloseTo(-0.5 * (Math.log(4) + digammas(d)), within(1e-12));
    }

    /** From d to d + 2, b grows by 1 and 2b by 2. */
    private static double one(int d) {
        // π/2·... at d = 3: ∫ x⁻¹ on the sphere is 1; at d = 4: 8/(3π).
        double value = d % 2 == 1 ? 1 : 8 / (3 * Math.PI);
        for (int k = d % 2 == 1 ? 3 : 4; k < d; k += 2) {
            double b = (k - 1) / 2.0;
            value *= (b - 0.5) * (2 * b) * (2 * b + 1) / ((2 * b - 0.5) * (2 * b + 0.5) * b);
        }
        return value;
    }

    /** −(ψ(2b) − ψ(b)), so that E[ln x²] = ln 4 − this. */
    private static double digammas(int d) {
        // At b = 1: ψ(2) − ψ(1) = 1; at b = 3/2: ψ(3) − ψ(3/2) = 3/2 − 2 + 2 ln 2.
        double value = d % 2 == 1 ? 1 : 2 * Math.log(2) - 0.5;
        for (int k = d % 2 == 1 ? 3 : 4; k < d; k += 2) {
            double b = (k - 1) / 2.0;
            value += 1 / (2 * b) + 1 / (2 * b + 1) - 1 / b;
        }
        return -value;
    }

    @Test
    void valuesArePrinted() {
        assertThat(uniform(5, 2)).isCloseTo(.75, within(1e-12));
        assertThat(uniform(16, 2)).isCloseTo(.5384615, within(1e-7));
        assertThat(uniform(64, 2)).isCloseTo(.5081967, within(1e-7));
        assertThat(uniform(5, 1)).isCloseTo(.8, within(1e-12));
        assertThat(uniform(16, 1)).isCloseTo(.7262907485, within(1e-10));
        assertThat(uniform(64, 1)).isCloseTo(.7113964570, within(1e-10));
        assertThat(2 * uniform(3, 0)).isCloseTo(-.3862943611, within(1e-10));
        assertThat(2 * uniform(16, 0)).isCloseTo(-.6587051837, within(1e-10));
        assertThat(2 * uniform(64, 0)).isCloseTo(-.6851476923, within(1e-10));
        // On the circle the logarithm's mean is 0, and angles are uniform.
        assertThat(uniform(2, 0)).isCloseTo(0, within(1e-14));
        EnergyOptions angles = FULL.withDistance(EnergyOptions.Distance.ANGULAR);
        assertThat(HypersphericalEnergy.uniform(2, 2, angles.withPower(0)))
                .isCloseTo(1 - Math.log(Math.PI), within(1e-13));
        assertThat(HypersphericalEnergy.uniform(2, 2, angles.withPower(1).withGuards(0, 0, 1)))
                .isCloseTo(Math.log(1 + Math.PI) / Math.PI, within(1e-13));
    }

    @Test
    void whatFallsTogetherIsInfinite() {
        assertThat(uniform(3, 2)).isInfinite();
        assertThat(uniform(2, 1)).isInfinite();
        assertThat(uniform(1, 0)).isInfinite();
        assertThat(uniform(4, 3)).isInfinite();
        assertThat(HypersphericalEnergy.uniform(0, 3, FULL)).isZero();
        assertThat(HypersphericalEnergy.uniform(1, 3, FULL)).isZero();
        assertThat(HypersphericalEnergy.uniform(1, 3, EnergyOptions.PION)).isEqualTo(0.25);
        assertThatThrownBy(() -> HypersphericalEnergy.uniform(1, 0, FULL)).hasMessageContaining("dimension");
        assertThatThrownBy(() -> FULL.withPower(-1)).hasMessageContaining("power");
        assertThatThrownBy(() -> FULL.withGuards(4, 0, 0)).hasMessageContaining("floor");
        assertThatThrownBy(() -> FULL.withGuards(0, Double.NaN, 0)).hasMessageContaining("NaN");
    }

    @ParameterizedTest
    @EnumSource(EnergyOptions.Space.class)
    void gaussianRowsHaveIt(EnergyOptions.Space space) {
        Isospin iso = Backends.shared("reference");
        Dense w = Generators.gaussian(1000, 12, 1);
        for (EnergyOptions.Distance distance : EnergyOptions.Distance.values()) {
            for (double power : new double[] {0, 1, 2}) {
                EnergyOptions options =
                        FULL.withSpace(space).withDistance(distance).withPower(power);
                double expected = HypersphericalEnergy.uniform(1000, 12, options);
                // The deviation of a mean of 5·10⁵ nearly independent pairs, each of a deviation of 0.4 at most.
                assertThat(HypersphericalEnergy.energy(iso, w.to(DType.F64), options))
                        .as("%s", options)
                        .isCloseTo(expected, within(5 * 0.4 / Math.sqrt(5e5)));
            }
        }
    }
}
