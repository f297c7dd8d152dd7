package org.isospin.optim;

/**
 * What builders of all optimizers share: the learning rate.
 *
 * @param <B> the builder itself
 */
abstract class RateBuilder<B extends RateBuilder<B>> {
    private Schedule learningRate;

    /**
     * Makes a builder.
     *
     * @param learningRate η of each step, until it is told otherwise
     */
    RateBuilder(Schedule learningRate) {
        this.learningRate = learningRate;
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
}
