package org.isospin.optim;

/**
 * Options that the Riemannian optimizers of the Stiefel manifold share.
 *
 * @param <B> the builder itself
 */
abstract class StiefelBuilder<B extends StiefelBuilder<B>> extends ConstrainedBuilder<B> {
    private StiefelGeometry geometry = StiefelGeometry.EUCLIDEAN;
    private int period;

    /**
     * Makes a builder.
     *
     * @param optimizer its name
     * @param learningRate η
     */
    StiefelBuilder(String optimizer, double learningRate) {
        super(optimizer, Schedule.constant(learningRate));
    }

    /** {@return the options so far} */
    final StiefelOptions shared() {
        return new StiefelOptions(rate(), geometry, period);
    }

    /**
     * {@return this}
     *
     * @param which what gradients are, and how points and momenta move
     */
    public final B geometry(StiefelGeometry which) {
        geometry = which;
        return self();
    }

    /**
     * {@return this}
     *
     * @param steps before every so many steps, from step 1 on, the weight is replaced by the nearest point of the manifold, and the
     *     momentum by its projection; 0 for never. Such a step waits up to seven times more
     */
    public final B stabilize(int steps) {
        period = steps;
        return self();
    }
}
