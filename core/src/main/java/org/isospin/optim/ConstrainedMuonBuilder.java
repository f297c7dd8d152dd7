package org.isospin.optim;

/**
 * Options that Muon has on every manifold.
 *
 * @param <B> the builder itself
 */
abstract class ConstrainedMuonBuilder<B extends ConstrainedMuonBuilder<B>> extends ConstrainedBuilder<B> {
    private double beta = 0.95;
    private MomentumForm form = MomentumForm.AVERAGE;
    private Nesterov nesterov = Nesterov.ON;

    /**
     * Makes a builder.
     *
     * @param optimizer its name
     */
    ConstrainedMuonBuilder(String optimizer) {
        super(optimizer, Schedule.constant(1e-2));
    }

    /** {@return the momentum as it was chosen} */
    final Momentum momentum() {
        return new Momentum(form, nesterov, MomentumCorrection.NONE, beta);
    }

    /**
     * {@return this}
     *
     * @param share β, in [0, 1)
     * @param how average or sum
     */
    public final B momentum(double share, MomentumForm how) {
        beta = share;
        form = how;
        return self();
    }

    /**
     * {@return this}
     *
     * @param whether the step looks one gradient ahead
     */
    public final B nesterov(Nesterov whether) {
        nesterov = whether;
        return self();
    }
}
