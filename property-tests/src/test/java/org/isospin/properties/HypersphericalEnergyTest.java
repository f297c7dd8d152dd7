package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.measure.EnergyOptions;
import org.isospin.measure.HypersphericalEnergy;
import org.isospin.measure.HypersphericalEnergyDerivative;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Energies of known configurations, every pair of many neurons, and what degenerate neurons have. */
class HypersphericalEnergyTest {
    private static final double U = DType.F64.unitRoundoff();
    private static final EnergyOptions FULL = EnergyOptions.DEFAULT;
    private static final EnergyOptions HALF = EnergyOptions.PION;

    static Stream<String> backends() {
        return Backends.available().stream();
    }

    @ParameterizedTest
    @MethodSource("backends")
    void lawsHold(String backend) {
        Isospin iso = Backends.shared(backend);
        for (long seed = 1; seed <= 10; seed++) {
            for (DType dtype : DType.values()) {
                EnergyLaws.check((w, o) -> HypersphericalEnergy.energy(iso, w, o), dtype, seed)
                        .forEach(LawResult::orThrow);
            }
            EnergyLaws.checkGradient(
                            (w, o) -> HypersphericalEnergy.energy(iso, w, o),
                            (w, o, out) -> HypersphericalEnergyDerivative.vjp(iso, w, o, 1, out),
                            seed)
                    .forEach(LawResult::orThrow);
        }
    }

    private static Matrix rows(double[]... rows) {
        Matrix w = Matrix.allocate(DType.F64, rows.length, rows[0].length);
        for (int i = 0; i < rows.length; i++) {
            for (int j = 0; j < rows[i].length; j++) {
                w.set(i, j, rows[i][j]);
            }
        }
        return w;
    }

    private static void check(
            Isospin iso, Matrix w, EnergyOptions options, double zero, double one, double two, double tolerance) {
        double[] expected = {zero, one, two};
        for (int s = 0; s < expected.length; s++) {
            double found = HypersphericalEnergy.energy(iso, w, options.withPower(s));
            assertThat(found).as("%s, s = %d", w, s).isCloseTo(expected[s], within(tolerance));
            double points = options.space() == EnergyOptions.Space.FULL ? w.rows() : 2.0 * w.rows();
            double sum =
                    HypersphericalEnergy.energy(iso, w, options.withPower(s).withTotal(EnergyOptions.Total.SUM));
            assertThat(sum).isCloseTo(found * points * (points - 1), within(4 * U * points * points * Math.abs(found)));
        }
    }

    private static Matrix simplex(int d) {
        Matrix w = Matrix.allocate(DType.F64, d + 1, d + 1);
        for (int i = 0; i <= d; i++) {
            for (int j = 0; j <= d; j++) {
                w.set(i, j, (i == j ? 1 : 0) - 1.0 / (d + 1));
            }
        }
        return w;
    }

    @ParameterizedTest
    @MethodSource("backends")
    void knownConfigurationsHaveTheirEnergies(String backend) {
        Isospin iso = Backends.shared(backend);
        double few = 32 * U;
        check(iso, rows(new double[] {3, 0}, new double[] {-2, 0}), FULL, -Math.log(2), 0.5, 0.25, few);
        double root = Math.sqrt(3) / 2;
        Matrix triangle = rows(new double[] {1, 0}, new double[] {-0.5, root}, new double[] {-0.5, -root});
        check(iso, triangle, FULL, -0.5 * Math.log(3), 1 / Math.sqrt(3), 1 / 3.0, few);
        for (int d = 2; d < 10; d++) {
            double two = d / (2.0 * (d + 1));
            check(iso, simplex(d), FULL, 0.5 * Math.log(two), Math.sqrt(two), two, few);
            Matrix basis = Dense.identity(d).to(DType.F64);
            check(iso, basis, FULL, -0.5 * Math.log(2), Math.sqrt(0.5), 0.5, few);
            double pairs = 2 * d - 1;
            check(
                    iso,
                    basis,
                    HALF,
                    -d * Math.log(2) / pairs,
                    ((2 * d - 2) / Math.sqrt(2) + 0.5) / pairs,
                    (d - 0.75) / pairs,
                    few);
        }
        check(iso, Dense.identity(3).to(DType.F64), HALF, -.4158883083, .6656854249, .45, 1e-10);
        Matrix w = rows(new double[] {1, 0}, new double[] {1, 1}, new double[] {0, 2});
        check(iso, w, FULL, .0627421355, 1.1067442370, 1.3047378541, 1e-10);
        check(iso, w, HALF, -.3234686843, .7812975590, .7166666667, 1e-10);
    }

    @ParameterizedTest
    @MethodSource("backends")
    void anglesAreInRadians(String backend) {
        Isospin iso = Backends.shared(backend);
        EnergyOptions angular = FULL.withDistance(EnergyOptions.Distance.ANGULAR);
        Matrix basis = Dense.identity(4).to(DType.F64);
        double right = Math.PI / 2;
        check(iso, basis, angular, -Math.log(right), 1 / right, 1 / (right * right), 32 * U);
        EnergyOptions half = angular.withSpace(EnergyOptions.Space.HALF);
        // 4 of the 28 pairs of points are opposite.
        double two = (24 / (right * right) + 4 / (Math.PI * Math.PI)) / 28;
        double one = (24 / right + 4 / Math.PI) / 28;
        check(iso, basis, half, (-24 * Math.log(right) - 4 * Math.log(Math.PI)) / 28, one, two, 32 * U);
        Matrix opposite = rows(new double[] {1, 2, 3}, new double[] {-2, -4, -6});
        check(iso, opposite, angular, -Math.log(Math.PI), 1 / Math.PI, 1 / (Math.PI * Math.PI), 4 * Math.sqrt(U));
        assertThat(HypersphericalEnergy.energy(iso, basis, angular.withPower(1).withGuards(0, 0, 1)))
                .isCloseTo(1 / (1 + right), within(8 * U));
    }

    /** Σ over all pairs, one by one. */
    private static double naive(Dense w, EnergyOptions options) {
        double sum = 0;
        for (int i = 0; i < w.rows(); i++) {
            for (int j = 0; j < w.rows(); j++) {
                double ij = 0;
                double ii = 0;
                double jj = 0;
                for (int k = 0; k < w.columns(); k++) {
                    ij += w.get(i, k) * w.get(j, k);
                    ii += w.get(i, k) * w.get(i, k);
                    jj += w.get(j, k) * w.get(j, k);
                }
                double c = i == j ? 1 : ij / Math.sqrt(ii * jj);
                sum += i == j ? 0 : term(c, options);
                sum += options.space() == EnergyOptions.Space.HALF ? term(-c, options) : 0;
            }
        }
        double n = options.space() == EnergyOptions.Space.HALF ? 2.0 * w.rows() : w.rows();
        return sum * (n / w.rows()) / (n * (n - 1));
    }

    private static double term(double c, EnergyOptions options) {
        double x = options.distance() == EnergyOptions.Distance.EUCLIDEAN ? Math.sqrt(2 - 2 * c) : Math.acos(c);
        return options.power() == 0 ? -Math.log(x) : Math.pow(x, -options.power());
    }

    @ParameterizedTest
    @MethodSource("backends")
    void everyPairOfManyNeuronsCounts(String backend) {
        Isospin iso = Backends.shared(backend);
        for (int n : new int[] {255, 256, 257, 700}) {
            Dense w = Generators.gaussian(n, 9, n);
            for (EnergyOptions.Distance distance : EnergyOptions.Distance.values()) {
                for (EnergyOptions.Space space : EnergyOptions.Space.values()) {
                    for (double power : new double[] {0, 0.5, 1, 2, 3}) {
                        EnergyOptions options =
                                FULL.withDistance(distance).withSpace(space).withPower(power);
                        double expected = naive(w, options);
                        assertThat(HypersphericalEnergy.energy(iso, w.to(DType.F64), options))
                                .as("%d neurons, %s", n, options)
                                // The nearest of n²/2 pairs in nine dimensions are still at 0.1.
                                .isCloseTo(expected, within(1e-12 * Math.abs(expected)));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @MethodSource("backends")
    void degenerateNeuronsHaveAnEnergy(String backend) {
        Isospin iso = Backends.shared(backend);
        for (DType dtype : DType.values()) {
            Matrix one = Generators.gaussian(1, 7, 1).to(dtype);
            assertThat(HypersphericalEnergy.energy(iso, one, FULL)).isZero();
            assertThat(HypersphericalEnergy.energy(iso, one, HALF)).isEqualTo(0.25);
            assertThat(HypersphericalEnergy.energy(iso, Matrix.allocate(dtype, 0, 7), HALF))
                    .isZero();
            Dense two = Dense.zero(2, 7);
            for (int j = 0; j < 7; j++) {
                two.set(0, j, Dense.of(one).get(0, j));
                two.set(1, j, 4 * two.get(0, j));
            }
            // The floor's, and infinite without one.
            assertThat(HypersphericalEnergy.energy(iso, two.to(dtype), FULL)).isEqualTo(1 / 1e-7);
            assertThat(HypersphericalEnergy.energy(iso, two.to(dtype), FULL.withGuards(1e-3, 0, 0)))
                    .isEqualTo(1 / 1e-3);
            Matrix basis = Dense.identity(3).to(dtype);
            basis.set(1, 1, 0);
            assertThat(HypersphericalEnergy.energy(iso, basis, FULL)).isCloseTo(0.5, within(8 * U));
            basis.set(2, 2, Double.NaN);
            assertThat(HypersphericalEnergy.energy(iso, basis, FULL)).isNaN();
            basis.set(2, 2, Double.POSITIVE_INFINITY);
            assertThat(HypersphericalEnergy.energy(iso, basis, FULL)).isNaN();
            assertThat(HypersphericalEnergy.energy(iso, basis, FULL.withGuards(0, 1e-4, 0)))
                    .isNaN();
            one.set(0, 2, Double.NaN);
            assertThat(HypersphericalEnergy.energy(iso, one, FULL)).isNaN();
        }
        // Equal rows whose cosine is 1 exactly.
        Matrix equal = rows(new double[] {0, 1}, new double[] {0, 1});
        assertThat(HypersphericalEnergy.energy(iso, equal, FULL.withGuards(0, 0, 0)))
                .isInfinite();
        assertThat(HypersphericalEnergy.energy(iso, Matrix.allocate(DType.F32, 5, 0), FULL))
                .isCloseTo(0.5, within(8 * U));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void magnitudeDoesNotMatter(String backend) {
        Isospin iso = Backends.shared(backend);
        Dense w = Generators.gaussian(12, 9, 4);
        double expected = HypersphericalEnergy.energy(iso, w.to(DType.F64), HALF);
        for (double factor : new double[] {0x1p1000, 0x1p-1000, 0x1p-1022}) {
            Matrix scaled = Dense.zero(12, 9).plus(factor, w).to(DType.F64);
            // Elements below 2⁻¹⁰²² lose places.
            double tolerance = factor < 0x1p-1010 ? 1e-11 : 0;
            assertThat(HypersphericalEnergy.energy(iso, scaled, HALF)).isCloseTo(expected, within(tolerance));
        }
        double rounded = HypersphericalEnergy.energy(iso, w.to(DType.F32), HALF);
        assertThat(rounded).isCloseTo(expected, within(1e-5));
        for (double factor : new double[] {0x1p100, 0x1p-100}) {
            Matrix scaled =
                    Dense.zero(12, 9).plus(factor, Dense.of(w.to(DType.F32))).to(DType.F32);
            assertThat(HypersphericalEnergy.energy(iso, scaled, HALF)).isEqualTo(rounded);
        }
        // Rows of one matrix, far apart.
        Dense mixed = Dense.zero(12, 9);
        for (int i = 0; i < 12; i++) {
            for (int j = 0; j < 9; j++) {
                mixed.set(i, j, Math.scalb(w.get(i, j), 40 * i - 600));
            }
        }
        assertThat(HypersphericalEnergy.energy(iso, mixed.to(DType.F64), HALF)).isEqualTo(expected);
        double large = HypersphericalEnergy.energy(
                iso, Dense.zero(12, 9).plus(0x1p800, w).to(DType.F64), HALF.withGuards(1e-7, 1e-4, 0));
        assertThat(large).isCloseTo(expected, within(1e-14));
    }

    @ParameterizedTest
    @MethodSource("backends")
    void tellsHowFarItIsAndCanBeCancelled(String backend) {
        Matrix w = Generators.gaussian(600, 4, 1).to(DType.F32);
        int[] seen = new int[1];
        Isospin counting = Backends.shared(backend).withProgress((operation, done, total) -> {
            assertThat(done).isEqualTo(seen[0]++);
            assertThat(total).isEqualTo(6);
        });
        HypersphericalEnergy.energy(counting, w, FULL);
        assertThat(seen[0]).isEqualTo(6);
        Isospin cancelling = Backends.shared(backend).withProgress((operation, done, total) -> {
            throw new CancellationException();
        });
        assertThatThrownBy(() -> HypersphericalEnergy.energy(cancelling, w, FULL))
                .isInstanceOf(CancellationException.class);
    }
}
