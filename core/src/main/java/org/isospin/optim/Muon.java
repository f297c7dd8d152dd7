package org.isospin.optim;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.Isospin;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignSchedule;
import org.isospin.polar.MsignSchedules;
import org.jspecify.annotations.Nullable;

/**
 * Muon (Jordan et al. 2024): momentum, orthogonalised: W ← (1 − ηλ)W − η·scale·msign(D) with D the momentum M of the gradients,
 * or Nesterov's βM + (1 − β)G.
 *
 * <p>Form and order of momentum, Nesterov, the matrix sign's schedule and precision, the scale for the shape and weight decay are
 * independent options; the named presets only combine them, as the published code does:
 *
 * <table>
 * <caption>Presets</caption>
 * <tr><th></th><th>momentum</th><th>scale</th><th>η, λ</th><th>computes in</th></tr>
 * <tr><td>{@link #kellerJordan()}</td><td>average, Nesterov</td><td>√max(1, out/in)</td><td>0.02, 0</td><td>BF16</td></tr>
 * <tr><td>{@link #pyTorch()}</td><td>average, Nesterov</td><td>√max(1, out/in)</td><td>10⁻³, 0.1</td><td>BF16_FUSED</td></tr>
 * <tr><td>{@link #pyTorchMatchRmsAdamW()}</td><td>average, Nesterov</td><td>0.2√max(out, in)</td><td>10⁻³, 0.1</td>
 *     <td>BF16_FUSED</td></tr>
 * <tr><td>{@link #moonlight()}</td><td>sum, Nesterov</td><td>0.2√max(out, in)</td><td>10⁻³, 0.1</td><td>BF16</td></tr>
 * <tr><td>{@link #optax()}</td><td>average, Nesterov, bias-corrected</td><td>√max(1, out/in)</td><td>none, 0</td>
 *     <td>COMPUTE</td></tr>
 * <tr><td>{@link #dion()}</td><td>sum</td><td>√(out/in)</td><td>0.01, 0.01</td><td>BF16</td></tr>
 * </table>
 *
 * <p>The presets compute in F32 (F64 for F64 weights), which is what the published code means to do; to get its bfloat16 too, pass
 * {@code precision(…)} of the last column. A convolution is stepped as the matrix out × in·kh·kw.
 *
 * <p>Only matrices of role {@link Role#HIDDEN} are orthogonalised; the others go to AdamW where {@link Builder#auxiliary} gave its
 * options, as in {@link #kellerJordan()} and {@link #moonlight()}, and are refused otherwise. The state is one matrix like the
 * weight. A zero momentum does not move the weight. No waits.
 */
public final class Muon extends AbstractOptimizer {
    private static final double KELLER_JORDAN_EPSILON = 1e-7;

    private final MuonOptions options;
    private final UpdateRule hidden;
    private final @Nullable AdamRule others;

    private Muon(Isospin iso, MuonOptions options, @Nullable AdamOptions auxiliary) {
        super(iso);
        this.options = options;
        this.hidden = new MuonRule(options);
        this.others = auxiliary == null ? null : new AdamRule(auxiliary);
    }

    /** {@return the options of {@link #kellerJordan()}, to be changed} */
    public static Builder builder() {
        return kellerJordan();
    }

    /** {@return KellerJordan/Muon with its auxiliary Adam: η 3·10⁻⁴, β 0.9 and 0.95, ε 10⁻¹⁰} */
    public static Builder kellerJordan() {
        AdamW.Builder adam = AdamW.builder()
                .learningRate(3e-4)
                .betas(0.9, 0.95)
                .epsilon(1e-10, AdamEpsilon.AFTER_BIAS_CORRECTION)
                .weightDecay(0);
        return new Builder().auxiliary(adam);
    }

    /**
     * {@return torch.optim.Muon with adjust_lr_fn "original"}
     *
     * <p>Its norm is at least ε = 10⁻⁷ instead of ε more; here a smaller momentum is orthogonalised like any other.
     */
    public static Builder pyTorch() {
        return new Builder().learningRate(1e-3).weightDecay(0.1).msign(Msign.kellerJordan(5));
    }

    /** {@return torch.optim.Muon with adjust_lr_fn "match_rms_adamw"} */
    public static Builder pyTorchMatchRmsAdamW() {
        return pyTorch().scale(ScaleRule.RMS, 0.2);
    }

    /** {@return MoonshotAI/Moonlight with its AdamW: η 10⁻³, β 0.9 and 0.95, ε 10⁻⁸ before the bias correction, λ 0.1} */
    public static Builder moonlight() {
        AdamW.Builder adam = AdamW.builder()
                .betas(0.9, 0.95)
                .epsilon(1e-8, AdamEpsilon.BEFORE_BIAS_CORRECTION)
                .weightDecay(0.1);
        return new Builder()
                .learningRate(1e-3)
                .momentum(0.95, MomentumForm.SUM)
                .scale(ScaleRule.RMS, 0.2)
                .weightDecay(0.1)
                .auxiliary(adam);
    }

    /**
     * {@return optax.contrib.muon; JAX kernels are {@link Orientation#IN_OUT}}
     *
     * <p>Its "consistent_rms" is {@code scale(ScaleRule.RMS, …)}, "adaptive" is {@link UpdateLength#NUCLEAR_NORM}, and its
     * "preconditioning" {@link MsignPreconditioning}, or "aol" a schedule with row scaling and no epsilon. There is no default learning rate: here it is 0.02.
     */
    public static Builder optax() {
        return new Builder()
                .correction(MomentumCorrection.BIAS)
                .msign(Msign.kellerJordan(5).withEpsilon(1e-8));
    }

    /** {@return microsoft/dion's Muon: Polar Express with a safety factor of 1.02} */
    public static Builder dion() {
        return new Builder()
                .learningRate(0.01)
                .momentum(0.95, MomentumForm.SUM)
                .nesterov(Nesterov.OFF)
                .scale(ScaleRule.ASPECT, 1)
                .weightDecay(0.01)
                .msign(MsignSchedules.polarExpressCushioned().withEpsilon(1e-6));
    }

    @Override
    UpdateRule rule(ParameterSpec spec) {
        if (spec.isMatrix() && spec.role() == Role.HIDDEN) {
            return hidden;
        }
        if (others == null) {
            throw new IllegalArgumentException("Muon orthogonalises hidden matrices; " + spec
                    + " is none and needs the options of an auxiliary AdamW, or another optimizer");
        }
        return others;
    }

    @Override
    SequencedMap<String, String> options() {
        SequencedMap<String, String> all = new LinkedHashMap<>();
        options.describe(all);
        if (others != null) {
            others.options().describe("auxiliary.", all);
        }
        return all;
    }

    /** Options of {@link Muon}. */
    public static final class Builder extends RateBuilder<Builder> {
        private double beta = 0.95;
        private MomentumForm form = MomentumForm.AVERAGE;
        private Nesterov nesterov = Nesterov.ON;
        private MomentumCorrection correction = MomentumCorrection.NONE;
        private MomentumOrder order = MomentumOrder.BEFORE;
        private MsignMethod msign = MsignMethod.of(Msign.kellerJordan(5).withEpsilon(KELLER_JORDAN_EPSILON));
        private ScaleRule rule = ScaleRule.TALL;
        private double factor = 1;
        private UpdateLength length = UpdateLength.FIXED;
        private double weightDecay;
        private DecayForm decay = DecayForm.DECOUPLED;
        private @Nullable AdamOptions auxiliary;

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
         * @param share β, in [0, 1)
         * @param how average or sum
         */
        public Builder momentum(double share, MomentumForm how) {
            beta = share;
            form = how;
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
         * @param how none or by the bias
         */
        public Builder correction(MomentumCorrection how) {
            correction = how;
            return this;
        }

        /**
         * {@return this}
         *
         * @param when whether gradients are gathered before or after they are orthogonalised
         */
        public Builder order(MomentumOrder when) {
            order = when;
            return this;
        }

        /**
         * {@return this, which keeps preconditioning and precision}
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
         * @param with what the matrix is divided by before the matrix sign's first step
         */
        public Builder preconditioning(MsignPreconditioning with) {
            msign = msign.withPreconditioning(with);
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
         * {@return this}
         *
         * @param by how the length of an update follows the shape
         * @param times a factor, not negative
         */
        public Builder scale(ScaleRule by, double times) {
            rule = by;
            factor = times;
            return this;
        }

        /**
         * {@return this}
         *
         * @param as whether updates become shorter as gradients do
         */
        public Builder length(UpdateLength as) {
            length = as;
            return this;
        }

        /**
         * {@return this}
         *
         * @param strength λ, not negative; decoupled
         */
        public Builder weightDecay(double strength) {
            return weightDecay(strength, DecayForm.DECOUPLED);
        }

        /**
         * {@return this}
         *
         * @param strength λ, not negative
         * @param how what it acts on
         */
        public Builder weightDecay(double strength, DecayForm how) {
            weightDecay = strength;
            decay = how;
            return this;
        }

        /**
         * {@return this}
         *
         * @param adam AdamW's options for vectors and for matrices that are not hidden
         */
        public Builder auxiliary(AdamW.Builder adam) {
            auxiliary = adam.options();
            return this;
        }

        /**
         * {@return an optimizer}
         *
         * @param iso what computes; stays the caller's
         * @throws IllegalArgumentException if an option is outside its range
         */
        public Muon build(Isospin iso) {
            return new Muon(iso, options(), auxiliary);
        }

        MuonOptions options() {
            Momentum momentum = new Momentum(form, nesterov, correction, beta);
            return new MuonOptions(rate(), momentum, order, msign, rule, factor, length, weightDecay, decay);
        }
    }
}
