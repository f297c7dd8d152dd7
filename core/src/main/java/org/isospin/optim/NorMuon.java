package org.isospin.optim;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.Isospin;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignSchedule;

/**
 * NorMuon (arXiv 2510.05491): {@link Muon} whose neurons move equally far. With O = msign(D) as in Muon and vᵢ the average of
 * the mean square of row i of O, vᵢ ← β₂vᵢ + (1 − β₂)·meanⱼ O²ᵢⱼ, row i is divided by √vᵢ + 10⁻¹⁰, the whole brought back to ‖O‖_F,
 * and applied as in Muon with the scale √max(1, outputs/inputs).
 *
 * <p>For hidden matrices only. The state is a matrix like the weight and a number for each output. No waits.
 */
public final class NorMuon extends AbstractOptimizer {
    private final MuonOptions options;
    private final double beta2;
    private final UpdateRule rule;

    private NorMuon(Isospin iso, MuonOptions options, double beta2) {
        super(iso);
        this.options = options;
        this.beta2 = LearningRate.requireShare("beta2", beta2);
        this.rule = new NorMuonRule(options, beta2);
    }

    /** {@return the defaults of zichongli5/NorMuon: η 0.02, λ 0, β and β₂ 0.95, five steps of Keller Jordan} */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    UpdateRule rule(ParameterSpec spec) {
        return Refusal.unlessHidden("NorMuon", spec, rule);
    }

    @Override
    SequencedMap<String, String> options() {
        SequencedMap<String, String> all = new LinkedHashMap<>();
        options.describe(all);
        all.put("beta2", Double.toString(beta2));
        return all;
    }

    /** Options of {@link NorMuon}. */
    public static final class Builder extends RateBuilder<Builder> {
        private double beta = 0.95;
        private double beta2 = 0.95;
        private Nesterov nesterov = Nesterov.ON;
        private double weightDecay;
        private MsignMethod msign = MsignMethod.of(Msign.kellerJordan(5).withEpsilon(1e-7));

        private Builder() {
            super(Schedule.constant(0.02));
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * {@return this}
         *
         * @param first β of the momentum, in [0, 1)
         * @param second β₂ of the rows' second moments, in [0, 1)
         */
        public Builder betas(double first, double second) {
            beta = first;
            beta2 = second;
            return this;
        }

        /**
         * {@return this}
         *
         * @param whether on or off
         */
        public Builder nesterov(Nesterov whether) {
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
         * @param schedule the polynomials and epsilon of the matrix sign
         */
        public Builder msign(MsignSchedule schedule) {
            msign = new MsignMethod(schedule, msign.preconditioning(), msign.precision());
            return this;
        }

        /**
         * {@return this}
         *
         * @param in what the matrix sign stores between operations
         */
        public Builder precision(MsignPrecision in) {
            msign = msign.withPrecision(in);
            return this;
        }

        /**
         * {@return an optimizer}
         *
         * @param iso what computes; stays the caller's
         * @throws IllegalArgumentException if an option is outside its range
         */
        public NorMuon build(Isospin iso) {
            Momentum momentum = new Momentum(MomentumForm.AVERAGE, nesterov, MomentumCorrection.NONE, beta);
            MuonOptions options = new MuonOptions(
                    rate(),
                    momentum,
                    MomentumOrder.BEFORE,
                    msign,
                    ScaleRule.TALL,
                    1,
                    UpdateLength.FIXED,
                    weightDecay,
                    DecayForm.DECOUPLED);
            return new NorMuon(iso, options, beta2);
        }
    }
}
