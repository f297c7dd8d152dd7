package org.isospin.optim;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.Isospin;
import org.isospin.rotation.StiefelRetraction;

/**
 * Iso (arXiv 2607.19331): the weight as U·Σ·Vᵀ with a spectrum that stays what it was before the first step; the factors walk on
 * their Stiefel manifolds: M_U ← μM_U + G·V·Σ, U ← retract(U, −η·M_U), the same for V with Gᵀ, and W ← UΣVᵀ.
 *
 * <p>Σ, and with it every singular value, is frozen: weight decay is impossible, and a weight that was changed by anything else is
 * overwritten. A zero singular value stays zero. The momentum is not transported, and not tangent: the retractions of
 * QR and polar factors project it, Cayley's takes the rotation (DUᵀ − UDᵀ) of its direction D.
 *
 * <p>For matrices only. The state of an m × n matrix, p = min(m, n), is 2p(m + n) + p numbers. The first step waits once more, for
 * a singular value decomposition; a step waits twice with {@link StiefelRetraction#CAYLEY}, up to six times with
 * {@link StiefelRetraction#POLAR}, and not at all with {@link StiefelRetraction#QR}.
 */
public final class Iso extends AbstractOptimizer {
    private final SequencedMap<String, String> options = new LinkedHashMap<>();
    private final UpdateRule rule;

    private Iso(Isospin iso, Builder builder) {
        super(iso);
        this.rule = new IsoRule(builder.rate(), builder.momentum, builder.retraction);
        options.put("learningRate", builder.rate().toString());
        options.put("momentum", Double.toString(builder.momentum));
        options.put("retraction", builder.retraction.toString());
    }

    /** {@return the defaults of NVIDIA's Emerging-Optimizers: η 10⁻³, μ 0.9, QR} */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    UpdateRule rule(ParameterSpec spec) {
        return Refusal.unlessMatrix("Iso", spec, rule);
    }

    @Override
    SequencedMap<String, String> options() {
        return options;
    }

    /** Options of {@link Iso}. */
    public static final class Builder extends RateBuilder<Builder> {
        private double momentum = 0.9;
        private StiefelRetraction retraction = StiefelRetraction.QR;

        private Builder() {
            super(Schedule.constant(1e-3));
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * {@return this}
         *
         * @param share μ, in [0, 1)
         */
        public Builder momentum(double share) {
            momentum = share;
            return this;
        }

        /**
         * {@return this}
         *
         * @param how how factors come back to their manifold
         */
        public Builder retraction(StiefelRetraction how) {
            retraction = how;
            return this;
        }

        /**
         * {@return an optimizer}
         *
         * @param iso what computes; stays the caller's
         * @throws IllegalArgumentException if an option is outside its range
         */
        public Iso build(Isospin iso) {
            return new Iso(iso, this);
        }
    }
}
