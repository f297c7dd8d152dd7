package org.isospin.optim;

/**
 * What builders of optimizers share that keep weights on a manifold: no decay.
 *
 * @param <B> the builder itself
 */
abstract class ConstrainedBuilder<B extends ConstrainedBuilder<B>> extends RateBuilder<B> {
    private final String optimizer;

    /**
     * Makes a builder.
     *
     * @param optimizer its name
     * @param learningRate η of each step, until it is told otherwise
     */
    ConstrainedBuilder(String optimizer, Schedule learningRate) {
        super(learningRate);
        this.optimizer = optimizer;
    }

    /**
     * {@return this, if the decay is 0}
     *
     * @param decay 0
     * @throws IllegalArgumentException if it is anything else, with the reason
     */
    public final B weightDecay(double decay) {
        Refusal.unlessZero(optimizer, decay);
        return self();
    }
}
