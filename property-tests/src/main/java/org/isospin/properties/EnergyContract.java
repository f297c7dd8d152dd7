package org.isospin.properties;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.isospin.DType;
import org.isospin.measure.EnergyOptions;

/** The {@link EnergyLaws} as properties: a test class that implements this inherits them. */
public interface EnergyContract {
    /** {@return the implementation under test} */
    EnergyLaws.Measure hypersphericalEnergy();

    /** {@return the type to test it in} */
    DType dtype();

    /**
     * Rotations of the input, positive factors of rows and, in half-space, signs leave the energy as it is, and no NaN is hidden.
     *
     * @param neurons rows of W
     * @param dimension columns of W, so many that no two rows are near
     * @param seed any number
     */
    @Property(tries = 20)
    default void energyIsOfDirectionsAlone(
            @ForAll @IntRange(min = 2, max = 40) int neurons,
            @ForAll @IntRange(min = 8, max = 40) int dimension,
            @ForAll long seed) {
        Dense w = Generators.gaussian(neurons, dimension, seed);
        for (EnergyOptions options : new EnergyOptions[] {EnergyOptions.DEFAULT, EnergyOptions.PION}) {
            EnergyLaws.rotation(hypersphericalEnergy(), options, dtype(), w, seed)
                    .orThrow();
            EnergyLaws.scaling(hypersphericalEnergy(), options, dtype(), w).orThrow();
            EnergyLaws.nan(hypersphericalEnergy(), options, dtype(), w).orThrow();
        }
        EnergyLaws.signs(hypersphericalEnergy(), EnergyOptions.PION, dtype(), w).orThrow();
    }
}
