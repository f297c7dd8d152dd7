package org.isospin.properties;

import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.isospin.DType;

/** The {@link OptimizerStepLaws} as properties: a test class that implements this inherits them. */
public interface OptimizerStepContract {
    /** {@return the implementation under test} */
    OptimizerStepLaws.Step optimizerStep();

    /** {@return the largest ‖QᵀQ − I‖₂ of its rotations besides rounding} */
    double optimizerStepDefect();

    /** {@return the type to test it in} */
    DType dtype();

    /**
     * Singular values stay, whatever the size of W; the step goes downhill, depends on W and G alone, and hides no NaN.
     *
     * @param rows rows of W
     * @param columns columns of W
     * @param seed any number
     */
    @Property(tries = 20)
    default void optimizerStepsKeepTheSpectrum(
            @ForAll @IntRange(min = 2, max = 16) int rows,
            @ForAll @IntRange(min = 2, max = 16) int columns,
            @ForAll long seed) {
        Dense w = OptimizerStepLaws.weight(dtype(), rows, columns, seed);
        Dense g = Dense.of(Generators.gaussian(rows, columns, seed + 2).to(dtype()));
        OptimizerStepLaws.spectrum(optimizerStep(), optimizerStepDefect(), dtype(), w, g)
                .orThrow();
        OptimizerStepLaws.tiny(optimizerStep(), optimizerStepDefect(), dtype(), w, g)
                .orThrow();
        OptimizerStepLaws.standstill(optimizerStep(), dtype(), w).orThrow();
        OptimizerStepLaws.descent(optimizerStep(), dtype(), w, g).orThrow();
        OptimizerStepLaws.memory(optimizerStep(), dtype(), w, g).orThrow();
        OptimizerStepLaws.nan(optimizerStep(), dtype(), w, g).orThrow();
    }
}
