package org.isospin.properties;

import static org.isospin.properties.Operation.Domain.ANY;
import static org.isospin.properties.Operation.NonFinite.PROPAGATES;
import static org.isospin.properties.Operation.Results.TO_OUTPUTS;

import java.util.List;
import java.util.Map;
import org.isospin.measure.EnergyOptions;
import org.isospin.measure.HypersphericalEnergy;
import org.isospin.measure.HypersphericalEnergyDerivative;
import org.isospin.measure.OrthogonalityDerivative;
import org.isospin.properties.Operation.Body;
import org.isospin.properties.Operation.Problem;

/**
 * The hyperspherical energy and its derivative, of neurons along the vectors of an orthonormal basis, in turns: of two that are equal
 * the floor alone counts, and all others are at right angles. And the derivative of the distance from orthogonality.
 */
final class EnergyOperations {
    /** How often each waits, at most. */
    static final Map<String, Integer> WAITS = Map.of(
            "HypersphericalEnergy.energy full",
            1,
            "HypersphericalEnergy.energy half",
            1,
            "HypersphericalEnergyDerivative.vjp",
            0,
            "HypersphericalEnergyDerivative.jvp",
            1,
            "OrthogonalityDerivative.vjp",
            0);

    /** With a floor of 1, x⁻² is 1 for equal directions, and ½ for orthogonal ones, of which the slope is ½. */
    private static final EnergyOptions FULL = EnergyOptions.DEFAULT.withGuards(1, 0, 0);

    private static final EnergyOptions HALF = FULL.withSpace(EnergyOptions.Space.HALF);

    private EnergyOperations() {}

    static List<Operation> all() {
        return List.of(
                energy("HypersphericalEnergy.energy full", FULL),
                energy("HypersphericalEnergy.energy half", HALF),
                new Operation(
                        "HypersphericalEnergyDerivative.vjp",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        EnergyOperations::gradient,
                        Body.of((iso, in, out) ->
                                HypersphericalEnergyDerivative.vjp(iso, in[0], FULL, in[0].rows(), out[0]))),
                new Operation(
                        "HypersphericalEnergyDerivative.jvp",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        EnergyOperations::slope,
                        (iso, in, out) -> new double[] {HypersphericalEnergyDerivative.jvp(iso, in[0], FULL, in[1])}),
                new Operation(
                        "OrthogonalityDerivative.vjp",
                        ANY,
                        PROPAGATES,
                        TO_OUTPUTS,
                        EnergyOperations::distance,
                        Body.of((iso, in, out) -> OrthogonalityDerivative.vjp(iso, in[0], 1, out[0]))));
    }

    private static Operation energy(String name, EnergyOptions options) {
        return new Operation(
                name, ANY, PROPAGATES, TO_OUTPUTS, (m, n, seed) -> energy(m, n, seed, options), (iso, in, out) ->
                        new double[] {HypersphericalEnergy.energy(iso, in[0], options)});
    }

    /** Which vector a neuron is along; without dimensions all are zero, and at right angles by convention. */
    private static boolean isEqual(int i, int j, int n) {
        return n > 0 && i % n == j % n;
    }

    /** Lengths are powers of two, so that equal directions are rounded alike. */
    private static double length(int i) {
        return Math.scalb(1.0, i % 3);
    }

    private static Dense neurons(int m, int n, long seed) {
        Dense basis = Generators.orthonormal(n, n, seed);
        Dense w = Dense.zero(m, n);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                w.set(i, j, length(i) * basis.get(i % n, j));
            }
        }
        return w;
    }

    private static Problem energy(int m, int n, long seed, EnergyOptions options) {
        boolean isHalf = options.equals(HALF);
        // The opposite of an equal one is at distance 2, as is a neuron's own.
        double sum = isHalf ? 0.25 * m : 0;
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < i; j++) {
                double full = isEqual(i, j, n) ? 1 : 0.5;
                double mirrored = isEqual(i, j, n) ? 0.25 : 0.5;
                sum += isHalf ? 2 * (full + mirrored) : full;
            }
        }
        double points = isHalf ? 2.0 * m : m;
        double expected = points < 2 ? 0 : 2 * sum / (points * (points - 1));
        // Rounding rows by u moves cosines by 2u, and half of that the energy.
        return new Problem(
                List.of(neurons(m, n, seed)),
                List.of(),
                o -> Math.abs(o.numbers().getFirst() - expected),
                2);
    }

    /** The gradient times m: (Σⱼ ½·ŵⱼ of others)·2/(m − 1)/‖wᵢ‖. */
    private static Dense gradient(int m, int n, Dense w) {
        Dense expected = Dense.zero(m, n);
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < m; j++) {
                for (int k = 0; k < n && !isEqual(i, j, n); k++) {
                    double pull = w.get(j, k) / length(j) / (m - 1) / length(i);
                    expected.set(i, k, expected.get(i, k) + pull);
                }
            }
        }
        return expected;
    }

    private static Problem gradient(int m, int n, long seed) {
        Dense w = neurons(m, n, seed);
        Dense expected = gradient(m, n, w);
        // Rows of a length up to 1 each, of pulls whose directions and slopes, 1/x⁴, are off by a few u; but of m rows.
        return new Problem(
                List.of(w),
                List.of(expected),
                o -> o.matrices().getFirst().plus(-1, expected).frobenius() / Math.sqrt(Math.max(1, m)),
                8);
    }

    private static Problem slope(int m, int n, long seed) {
        Dense w = neurons(m, n, seed);
        Dense direction = Generators.orthonormal(m, n, seed + 1);
        Dense gradient = gradient(m, n, w);
        double expected = 0;
        for (int i = 0; i < m; i++) {
            for (int j = 0; j < n; j++) {
                expected += gradient.get(i, j) * direction.get(i, j) / m;
            }
        }
        double slope = expected;
        // The gradient's error, of norm √m/m, times the direction's norm, √n at most.
        return new Problem(
                List.of(w, direction),
                List.of(),
                o -> Math.abs(o.numbers().getFirst() - slope) / Math.sqrt(1 + (double) n / Math.max(1, m)),
                12);
    }

    /** Of 2Q the defect is 3I, and the gradient of its norm 4Q/√p. */
    private static Problem distance(int m, int n, long seed) {
        Dense q = Generators.orthonormal(m, n, seed);
        Dense expected = Dense.zero(m, n).plus(4 / Math.sqrt(Math.max(1, Math.min(m, n))), q);
        // 2Q is rounded by u, its defect by 8u of 3, and its norm: 4(1 + 8/3 + 8/3)u, and the output.
        return new Problem(
                List.of(Dense.zero(m, n).plus(2, q)),
                List.of(expected),
                o -> o.matrices().getFirst().plus(-1, expected).frobenius(),
                32);
    }
}
