package org.isospin.optim;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Operands;

/**
 * Polar gradient descent (PolarGrad, arXiv 2505.21799) by the exact polar factor: W ← (1 − ηλ)W − η‖D‖_*ᵅ·UVᵀ, D = UΣVᵀ the momentum
 * M ← βM + (1 − β)G or Nesterov's look ahead: with α = 1 steepest descent in the spectral norm.
 *
 * <p>It is the one-sided form D(DᵀD)^(−½) = (DDᵀ)^(−½)D with a pseudo-inverse: directions of σ² ≤ σ₁²·2pu, p = min(m, n) and u the
 * roundoff of the compute type, contribute nothing, so tall matrices (embeddings, heads), wide ones (routers) and deficient ones
 * will do. {@link Muon} with {@link UpdateLength#NUCLEAR_NORM} is its cheap approximation for hidden matrices.
 *
 * <p>For matrices of any role. The state is one matrix like the weight. A step takes a singular value decomposition, and waits
 * three times, and once more for each direction left out.
 */
public final class PolarGradient extends AbstractOptimizer {
    private final SequencedMap<String, String> options = new LinkedHashMap<>();
    private final UpdateRule rule;

    private PolarGradient(Isospin iso, Builder builder) {
        super(iso);
        Momentum momentum = new Momentum(MomentumForm.AVERAGE, builder.nesterov, MomentumCorrection.NONE, builder.beta);
        this.rule = new PolarRule(builder.rate(), momentum, builder.weightDecay, builder.exponent, builder.centering);
        options.put("learningRate", builder.rate().toString());
        momentum.describe(options);
        options.put("weightDecay", Double.toString(builder.weightDecay));
        options.put("exponent", Double.toString(builder.exponent));
        options.put("centering", builder.centering.toString());
    }

    /** {@return η 3·10⁻⁴, β 0.95 without Nesterov, λ 0.01, α 1, no centering} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * out ← ‖A‖_*ᵅ·UVᵀ. Waits as a step does.
     *
     * @param iso what computes
     * @param a A, m × n
     * @param exponent α
     * @param centering whether the rows' mean is taken out of A and of the result
     * @param out m × n; may overlap A's memory
     * @throws IllegalArgumentException if the shapes differ, out is read-only, or A is not finite
     */
    public static void update(Isospin iso, Matrix a, double exponent, RowCentering centering, Matrix out) {
        Operands.requireOutput("polarGradient", "out", out, a.rows(), a.columns());
        iso.run(stream -> PolarRule.orthogonalize(stream, a, exponent, centering, out), a, out);
    }

    @Override
    UpdateRule rule(ParameterSpec spec) {
        return Refusal.unlessMatrix("PolarGradient", spec, rule);
    }

    @Override
    SequencedMap<String, String> options() {
        return options;
    }

    /** Options of {@link PolarGradient}. */
    public static final class Builder extends RateBuilder<Builder> {
        private double beta = 0.95;
        private Nesterov nesterov = Nesterov.OFF;
        private double weightDecay = 0.01;
        private double exponent = 1;
        private RowCentering centering = RowCentering.OFF;

        private Builder() {
            super(Schedule.constant(3e-4));
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * {@return this}
         *
         * @param share β, in [0, 1)
         * @param whether on or off
         */
        public Builder momentum(double share, Nesterov whether) {
            beta = share;
            nesterov = whether;
            return this;
        }

        /**
         * {@return this}
         *
         * @param decay λ, not negative; decoupled
         */
        public Builder weightDecay(double decay) {
            weightDecay = decay;
            return this;
        }

        /**
         * {@return this}
         *
         * @param alpha α: 1 for steepest descent, 0 for steps of equal length
         */
        public Builder exponent(double alpha) {
            exponent = alpha;
            return this;
        }

        /**
         * {@return this}
         *
         * @param whether on or off
         */
        public Builder centering(RowCentering whether) {
            centering = whether;
            return this;
        }

        /**
         * {@return an optimizer}
         *
         * @param iso what computes; stays the caller's
         * @throws IllegalArgumentException if an option is outside its range
         */
        public PolarGradient build(Isospin iso) {
            return new PolarGradient(iso, this);
        }
    }
}
