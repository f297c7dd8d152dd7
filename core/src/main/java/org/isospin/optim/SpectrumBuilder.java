package org.isospin.optim;

/**
 * Options that all builders of optimizers share which keep singular values.
 *
 * @param <B> the builder
 */
abstract class SpectrumBuilder<B extends SpectrumBuilder<B>> extends ConstrainedBuilder<B> {
    private SpectrumOptions spectrum = SpectrumOptions.NONE;

    /**
     * Makes a builder.
     *
     * @param optimizer its name
     * @param learningRate η of each step, until it is told otherwise
     */
    SpectrumBuilder(String optimizer, Schedule learningRate) {
        super(optimizer, learningRate);
    }

    final SpectrumOptions spectrum() {
        return spectrum;
    }

    /**
     * {@return this, which measures the drift max|σᵢ/σᵢ₀ − 1| of each block's singular values in steps that are a multiple of a
     * number}
     *
     * <p>{@link StepReport#drift} tells the largest of all blocks, the latest measurement between two of them: that of the new
     * weight before it was rounded to a 16-bit type, and before a reset in the same step. It is NaN where the weight was not
     * finite, infinite where a singular value was zero. The state keeps σᵢ₀ from before the first step, in F64. A measurement
     * costs the singular values of the weight in F64; neither it nor a reset waits.
     *
     * @param everySteps 1 or more
     */
    public final B monitorSpectrum(int everySteps) {
        spectrum = new SpectrumOptions(positive("monitorSpectrum", everySteps), spectrum.resetEvery());
        return self();
    }

    /**
     * {@return this, which gives the weight its first singular values back in steps that are a multiple of a number:
     * W ← U·Σ₀·Vᵀ of its singular value decomposition in F64}
     *
     * <p>For maps that are not exact, and 16-bit weights. The report's drift is measured at each reset, before it; the weight
     * stays as it is where none is found or the first weight was not finite. The momentum is not turned.
     *
     * @param everySteps 1 or more
     */
    public final B resetSpectrum(int everySteps) {
        spectrum = new SpectrumOptions(spectrum.monitorEvery(), positive("resetSpectrum", everySteps));
        return self();
    }

    private static int positive(String option, int everySteps) {
        if (everySteps < 1) {
            throw new IllegalArgumentException(option + " must be 1 step or more, not " + everySteps);
        }
        return everySteps;
    }
}
