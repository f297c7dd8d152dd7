package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.measure.EnergyOptions;
import org.isospin.measure.HypersphericalEnergy;
import org.isospin.measure.HypersphericalEnergyDerivative;
import org.isospin.properties.Generators;

/**
 * Group mhe: the regulariser of a filter bank, whose columns are the neurons, and its gradient.
 *
 * <p>Its logarithm is ln(1/x²), and its angles are in parts of π, with 10⁻⁴ added.
 */
final class HypersphericalEnergies implements GroupRunner {
    /** Added to angles, in parts of π. */
    private static final double OFFSET = 1e-4;

    /** What the loss of the last layer is multiplied by, and that of angles' powers. */
    private static final double LAST = 10;

    private static final double ANGLES = 0.1;

    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        Matrix filters = golden.input("filt", mode);
        Matrix gradient = Generators.garbage(Matrix.allocate(filters.dtype(), filters.rows(), filters.columns()));
        boolean isAngular = golden.text("power").startsWith("a");
        double power = Double.parseDouble(golden.text("power").replace("a", ""));
        EnergyOptions options = EnergyOptions.DEFAULT
                .withPower(power)
                .withDistance(isAngular ? EnergyOptions.Distance.ANGULAR : EnergyOptions.Distance.EUCLIDEAN)
                .withSpace(
                        golden.text("model").startsWith("half") ? EnergyOptions.Space.HALF : EnergyOptions.Space.FULL)
                .withGuards(0, golden.number("norm_eps"), Math.PI * OFFSET);
        double weight = (golden.truth("final_layer") ? LAST : 1) * (isAngular && power > 0 ? ANGLES : 1);
        double shift = isAngular && power == 0 ? Math.log(Math.PI) : 0;
        double factor = isAngular ? Math.pow(Math.PI, power) : power == 0 ? 2 : 1;
        out.put("loss", weight * (factor * HypersphericalEnergy.energy(iso, filters.transposed(), options) + shift));
        HypersphericalEnergyDerivative.vjp(iso, filters.transposed(), options, weight * factor, gradient.transposed());
        out.put("grad", gradient);
    }
}
