package org.isospin.optim;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.Isospin;

/**
 * Dion (arXiv 2504.05295): the update is a low-rank approximation of an orthonormal matrix, found by power iteration on the
 * momentum that starts from the last step's basis.
 *
 * <p>M ← M + G, P ← orth(M·Q), R ← Mᵀ·P, M ← M − (1 − μ)P·Rᵀ (error feedback: what was used decays, the rest stays),
 * Q ← R with columns of norm 1, W ← (1 − ηλ)W − η√(outputs/inputs)·P·Qᵀ.
 *
 * <p>For hidden matrices only. The state is the momentum, like the weight, and the basis Q of one side × rank, which starts as
 * normal numbers of a seed and the parameter's name. Where the momentum is zero, weight and basis stay, apart from decay. No
 * waits with {@link DionBasis#QR}; the other two tell when they wait.
 */
public final class Dion extends AbstractOptimizer {
    private final DionOptions options;
    private final UpdateRule rule;

    private Dion(Isospin iso, DionOptions options) {
        super(iso);
        this.options = options;
        this.rule = new DionRule(options);
    }

    /** {@return dion_simple with its defaults: rank 768 at most, QR, the basis on the inputs, μ 0.95, λ 0.01} */
    public static Builder simple() {
        return new Builder();
    }

    /** {@return dion_reference with its defaults: full rank, randomised Cholesky QR, the basis on the smaller side} */
    public static Builder reference() {
        return new Builder()
                .rank(Integer.MAX_VALUE)
                .basis(DionBasis.RANDOMIZED_CHOLESKY_QR)
                .side(DionSide.SMALLER);
    }

    @Override
    UpdateRule rule(ParameterSpec spec) {
        return Refusal.unlessHidden("Dion", spec, rule);
    }

    @Override
    SequencedMap<String, String> options() {
        SequencedMap<String, String> all = new LinkedHashMap<>();
        options.describe(all);
        return all;
    }

    /** Options of {@link Dion}. */
    public static final class Builder extends RateBuilder<Builder> {
        private double momentum = 0.95;
        private double weightDecay = 0.01;
        private double rankFraction = 1;
        private int rank = 768;
        private int powerIterations = 1;
        private double epsilon = 1e-8;
        private DionBasis basis = DionBasis.QR;
        private DionSide side = DionSide.INPUTS;
        private long seed;

        private Builder() {
            super(Schedule.constant(0.01));
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
         * @param decay λ, not negative; decoupled
         */
        public Builder weightDecay(double decay) {
            weightDecay = decay;
            return this;
        }

        /**
         * {@return this}
         *
         * @param largest the rank, if the matrix is large enough
         */
        public Builder rank(int largest) {
            rank = largest;
            return this;
        }

        /**
         * {@return this}
         *
         * @param fraction of the smaller side, in (0, 1], rounded up; the rank is this or that of {@link #rank}, the smaller
         */
        public Builder rankFraction(double fraction) {
            rankFraction = fraction;
            return this;
        }

        /**
         * {@return this}
         *
         * @param count how many power iterations a step makes; one is usual
         */
        public Builder powerIterations(int count) {
            powerIterations = count;
            return this;
        }

        /**
         * {@return this}
         *
         * @param added to the norms of the basis, not negative
         */
        public Builder epsilon(double added) {
            epsilon = added;
            return this;
        }

        /**
         * {@return this}
         *
         * @param by how columns are made orthonormal
         */
        public Builder basis(DionBasis by) {
            basis = by;
            return this;
        }

        /**
         * {@return this}
         *
         * @param on which side the basis is kept
         */
        public Builder side(DionSide on) {
            side = on;
            return this;
        }

        /**
         * {@return this}
         *
         * @param number what bases and sketches are drawn from
         */
        public Builder seed(long number) {
            seed = number;
            return this;
        }

        /**
         * {@return an optimizer}
         *
         * @param iso what computes; stays the caller's
         * @throws IllegalArgumentException if an option is outside its range
         */
        public Dion build(Isospin iso) {
            return new Dion(
                    iso,
                    new DionOptions(
                            rate(),
                            momentum,
                            weightDecay,
                            rankFraction,
                            rank,
                            powerIterations,
                            epsilon,
                            basis,
                            side,
                            seed));
        }
    }
}
