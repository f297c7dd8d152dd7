package org.isospin.optim;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.Isospin;

/**
 * SGD with momentum on the oblique manifold, of matrices whose rows (or columns) w have length 1: M ← μM + G,
 * w ← (1 − ηλ)w − η(m − ⟨w, m⟩w), w ← w/‖w‖ (kexue.fm 11196).
 *
 * <p>For embeddings, heads and any other matrix. A weight that is not on the manifold is, after the first step. Squares of
 * elements must not overflow. The state is one matrix like the weight. No waits.
 */
public final class ObliqueSgd extends AbstractOptimizer {
    private final SequencedMap<String, String> options = new LinkedHashMap<>();
    private final UpdateRule rule;

    private ObliqueSgd(Isospin iso, Builder builder) {
        super(iso);
        this.rule = new ObliqueRule(builder.rate(), builder.momentum, builder.weightDecay, builder.vectors);
        options.put("learningRate", builder.rate().toString());
        options.put("momentum", Double.toString(builder.momentum));
        options.put("weightDecay", Double.toString(builder.weightDecay));
        options.put("vectors", builder.vectors.toString());
    }

    /** {@return the defaults of NVIDIA's Emerging-Optimizers: η 10⁻³, μ 0.9, λ 0, the weights of each input of length 1} */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    UpdateRule rule(ParameterSpec spec) {
        return Refusal.unlessMatrix("ObliqueSgd", spec, rule);
    }

    @Override
    SequencedMap<String, String> options() {
        return options;
    }

    /** Options of {@link ObliqueSgd}. */
    public static final class Builder extends RateBuilder<Builder> {
        private double momentum = 0.9;
        private double weightDecay;
        private UnitVectors vectors = UnitVectors.INPUTS;

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
         * @param decay λ, not negative: it weakens the old direction against the step
         */
        public Builder weightDecay(double decay) {
            weightDecay = decay;
            return this;
        }

        /**
         * {@return this}
         *
         * @param which which vectors have length 1
         */
        public Builder vectors(UnitVectors which) {
            vectors = which;
            return this;
        }

        /**
         * {@return an optimizer}
         *
         * @param iso what computes; stays the caller's
         * @throws IllegalArgumentException if an option is outside its range
         */
        public ObliqueSgd build(Isospin iso) {
            return new ObliqueSgd(iso, this);
        }
    }
}
