package org.isospin.optim;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.Isospin;

/**
 * Riemannian Adam on the Stiefel manifold, of matrices whose shorter side is orthonormal (Bécigneul and Ganea 2019; geoopt's
 * RiemannianAdam): with the Riemannian gradient R and its length in the metric, M ← β₁M + (1 − β₁)R, v ← β₂v + (1 − β₂)‖R‖²,
 * W ← retract(W, −η·M̂/(√v̂ + ε)), M̂ and v̂ corrected for their bias, and M is carried to the new point.
 *
 * <p>The second moment is one number for the whole matrix: a number for each element would not be a tangent. So a step is about η
 * long, in the Frobenius norm.
 *
 * <p>Which side is orthonormal, what a weight should be before the first step, weight decay and the report are as for
 * {@link StiefelSgd}. For matrices only. The state is one matrix like the weight and one or two numbers. Squares of elements of a
 * gradient must not overflow F64. A step waits as its {@link StiefelGeometry} does.
 */
public final class StiefelAdam extends AbstractOptimizer {
    private final SequencedMap<String, String> options = new LinkedHashMap<>();
    private final UpdateRule rule;

    private StiefelAdam(Isospin iso, Builder builder) {
        super(iso);
        StiefelOptions shared = builder.shared();
        AdamOptions adam =
                builder.adam.withLearningRate(shared.learningRate()).withWeightDecay(0, DecayOrder.OLD_WEIGHT);
        this.rule = new StiefelAdamRule(shared, adam, builder.amsGrad);
        adam.describe("", options);
        shared.describe(options);
        options.put("amsGrad", builder.amsGrad.toString());
    }

    /** {@return η 10⁻³, β 0.9 and 0.999, ε 10⁻⁸, no AMSGrad, the Euclidean geometry, never stabilized} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return geoopt's RiemannianAdam on its canonical or Euclidean manifold, stabilized before every step}
     *
     * @param geometry {@link StiefelGeometry#CANONICAL_DOUBLED} or {@link StiefelGeometry#EUCLIDEAN}
     */
    public static Builder geoopt(StiefelGeometry geometry) {
        return new Builder().geometry(geometry).stabilize(1);
    }

    @Override
    UpdateRule rule(ParameterSpec spec) {
        return Refusal.unlessMatrix("StiefelAdam", spec, rule);
    }

    @Override
    SequencedMap<String, String> options() {
        return options;
    }

    /** Options of {@link StiefelAdam}. */
    public static final class Builder extends StiefelBuilder<Builder> {
        private AdamOptions adam = AdamOptions.DEFAULT;
        private AmsGrad amsGrad = AmsGrad.OFF;

        private Builder() {
            super("StiefelAdam", 1e-3);
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
         * @throws IllegalArgumentException if one is outside
         */
        public Builder betas(double first, double second) {
            adam = adam.withBetas(first, second);
            return this;
        }

        /**
         * {@return this}
         *
         * @param value ε, not negative
         * @throws IllegalArgumentException if it is negative or not finite
         */
        public Builder epsilon(double value) {
            adam = adam.withEpsilon(value, adam.place());
            return this;
        }

        /**
         * {@return this}
         *
         * @param whether on or off
         */
        public Builder amsGrad(AmsGrad whether) {
            amsGrad = whether;
            return this;
        }

        /**
         * {@return an optimizer}
         *
         * @param iso what computes; stays the caller's
         * @throws IllegalArgumentException if an option is outside its range
         */
        public StiefelAdam build(Isospin iso) {
            return new StiefelAdam(iso, this);
        }
    }
}
