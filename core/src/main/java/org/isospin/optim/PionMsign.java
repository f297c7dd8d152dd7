package org.isospin.optim;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.Isospin;
import org.isospin.polar.MsignSchedule;
import org.isospin.polar.MsignSchedules;

/**
 * Pion with orthogonalised generators, as its authors' pion_msign has it: for W and the average M ← βM + (1 − β)G, in odd steps
 * W ← W·T(−ηλ·O) with O = msign(sk(WᵀM)), in even steps W ← T(−ηλ·O)·W with O = msign(sk(MWᵀ)); sk(X) = (X − Xᵀ)/2, T the
 * exponential series up to a degree.
 *
 * <p>Every plane turns by about ηλ, as far as the schedule converges, and is scaled by √(1 + θ⁴/4) for degree 2: {@link MuonR} is
 * the same idea with a rotation that is exact. As in the reference there are no safeguards: it goes on turning after gradients
 * stop, and takes the rounding errors of a vanishing generator for a direction. The reference divides by max(‖·‖_F, 10⁻⁷); here
 * a smaller generator is orthogonalised like any other.
 *
 * <p>State: M. The report tells ηλ as the largest angle. Weight decay is refused; the reference takes it and does nothing. Waits
 * as the schedule does: not at all with the default.
 */
public final class PionMsign extends AbstractOptimizer {
    private final PionMsignOptions options;
    private final SpectrumOptions spectrum;
    private final UpdateRule rule;

    private PionMsign(Isospin iso, PionMsignOptions options, SpectrumOptions spectrum) {
        super(iso);
        this.options = options;
        this.spectrum = spectrum;
        this.rule = spectrum.around(new PionMsignRule(options));
    }

    /**
     * {@return the reference's defaults: β 0.9, λ 1, alternating sides, degree 2, the five quintics of YouJiacheng; η 10⁻² as in
     * its script; in the compute type, which the reference leaves for bfloat16}
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    UpdateRule rule(ParameterSpec spec) {
        return Refusal.unlessMatrix("Pion", spec, rule);
    }

    @Override
    SequencedMap<String, String> options() {
        SequencedMap<String, String> map = new LinkedHashMap<>();
        options.describe(map);
        spectrum.describe(map);
        return map;
    }

    /** Options of {@link PionMsign}. */
    public static final class Builder extends SpectrumBuilder<Builder> {
        private double factor = 1;
        private double beta = 0.9;
        private RotationSides sides = RotationSides.ALTERNATE;
        private int degree = 2;
        private MsignMethod msign = MsignMethod.of(MsignSchedules.youJiacheng5());

        private Builder() {
            super("Pion", Schedule.constant(1e-2));
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * {@return this}
         *
         * @param times λ, not negative
         */
        public Builder lambda(double times) {
            factor = times;
            return this;
        }

        /**
         * {@return this}
         *
         * @param share β, in [0, 1)
         */
        public Builder beta(double share) {
            beta = share;
            return this;
        }

        /**
         * {@return this}
         *
         * @param order the degree of the exponential series, 1 or more
         */
        public Builder degree(int order) {
            degree = order;
            return this;
        }

        /**
         * {@return this}
         *
         * @param turned which sides are turned
         */
        public Builder sides(RotationSides turned) {
            sides = turned;
            return this;
        }

        /**
         * {@return this}
         *
         * @param schedule the polynomials of the matrix sign
         */
        public Builder schedule(MsignSchedule schedule) {
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
        public PionMsign build(Isospin iso) {
            Momentum momentum = new Momentum(MomentumForm.AVERAGE, Nesterov.OFF, MomentumCorrection.NONE, beta);
            return new PionMsign(iso, new PionMsignOptions(rate(), factor, momentum, sides, degree, msign), spectrum());
        }
    }
}
