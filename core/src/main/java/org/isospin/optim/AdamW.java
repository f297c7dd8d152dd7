package org.isospin.optim;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.Isospin;

/**
 * AdamW (Loshchilov and Hutter 2019), for vectors, embeddings and whatever has no better optimizer:
 * m ← β₁m + (1 − β₁)G, v ← β₂v + (1 − β₂)G∘G, W ← (1 − ηλ)W − η·m̂/(√v̂ + ε) with m̂ = m/(1 − β₁ᵗ), v̂ = v/(1 − β₂ᵗ), element by
 * element.
 *
 * <p>The state is two numbers for each element. Squares of gradients beyond 10¹⁹ in F32 overflow: such elements stay where they
 * are.
 */
public final class AdamW extends AbstractOptimizer {
    private final AdamRule rule;

    private AdamW(Isospin iso, AdamRule rule) {
        super(iso);
        this.rule = rule;
    }

    /** {@return the defaults of PyTorch: η 10⁻³, β 0.9 and 0.999, ε 10⁻⁸, λ 0.01} */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    UpdateRule rule(ParameterSpec spec) {
        return rule;
    }

    @Override
    SequencedMap<String, String> options() {
        SequencedMap<String, String> options = new LinkedHashMap<>();
        rule.options().describe("", options);
        return options;
    }

    /** Options of {@link AdamW}. */
    public static final class Builder extends RateBuilder<Builder> {
        private AdamOptions options = AdamOptions.DEFAULT;

        private Builder() {
            super(AdamOptions.DEFAULT.learningRate());
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * {@return this}
         *
         * @param first β₁, in [0, 1)
         * @param second β₂, in [0, 1)
         */
        public Builder betas(double first, double second) {
            options = options.withBetas(first, second);
            return this;
        }

        /**
         * {@return this}
         *
         * @param epsilon ε, not negative
         * @param place where it is added
         */
        public Builder epsilon(double epsilon, AdamEpsilon place) {
            options = options.withEpsilon(epsilon, place);
            return this;
        }

        /**
         * {@return this}
         *
         * @param decay λ, not negative
         */
        public Builder weightDecay(double decay) {
            return weightDecay(decay, DecayOrder.OLD_WEIGHT);
        }

        /**
         * {@return this}
         *
         * @param decay λ, not negative
         * @param order which weight it acts on
         */
        public Builder weightDecay(double decay, DecayOrder order) {
            options = options.withWeightDecay(decay, order);
            return this;
        }

        /**
         * {@return this}
         *
         * @param correction {@link MomentumCorrection#NONE} leaves m and v as small as they start
         */
        public Builder biasCorrection(MomentumCorrection correction) {
            options = options.withCorrection(correction);
            return this;
        }

        /** {@return the options, for an optimizer that updates some parameters by AdamW} */
        AdamOptions options() {
            return options.withLearningRate(rate());
        }

        /**
         * {@return an optimizer}
         *
         * @param iso what computes; stays the caller's
         */
        public AdamW build(Isospin iso) {
            return new AdamW(iso, new AdamRule(options()));
        }
    }
}
