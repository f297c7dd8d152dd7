package org.isospin.optim;

/**
 * Options that optimizers of weights on a manifold share.
 *
 * @param <B> the builder itself
 */
abstract class ConstrainedBuilder<B extends ConstrainedBuilder<B>> {
    private final String optimizer;
    private Schedule learningRate;

    /**
     * Makes a builder.
     *
     * @param optimizer its name
     * @param learningRate η
     */
    ConstrainedBuilder(String optimizer, double learningRate) {
        this.optimizer = optimizer;
        this.learningRate = Schedule.constant(learningRate);
    }

    /** {@return this} */
    abstract B self();

    /** {@return η of each step} */
    final Schedule rate() {
        return learningRate;
    }

    /**
     * {@return this}
     *
     * @param rate η
     */
    public final B learningRate(double rate) {
        return learningRate(Schedule.constant(rate));
    }

    /**
     * {@return this}
     *
     * @param rate η of each step
     */
    public final B learningRate(Schedule rate) {
        learningRate = rate;
        return self();
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
