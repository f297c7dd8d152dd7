package org.isospin.optim;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.Isospin;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignSchedule;

/**
 * MuonR (Su 2026, kexue.fm 11777): rotations from both sides along Muon's momentum, which keep every singular value of a weight.
 *
 * <p>For W of n × m and the momentum M of its gradients, with sk(X) = (X − Xᵀ)/2, O_L = msign(sk(MWᵀ)) and O_R = msign(sk(WᵀM)):
 * W ← L·W·R, L and R = I − sin θ·O + (1 − cos θ)·O² with tan θ = η, which is the article's (I − ηO)(I − OᵀO + OᵀO/√(1 + η²)),
 * and exp(−θO) where O's singular values are 1 and 0. The identity is never part of a product, so that roundoff is that of a
 * change by η. The loss decreases by η times the two nuclear norms, to first order.
 *
 * <p>Every plane turns by arctan η, whatever the size of the gradient: the learning rate is the only thing that anneals. Where W
 * has orthonormal rows and columns, both sides do the same and the step is twice as large. Odd sizes leave a direction alone.
 * A zero weight stays zero.
 *
 * <p>State: M. A side longer than twice the other is turned inside the span of W and M, so that the matrix sign is one of order
 * 2·min(n, m) at most. No step where the gradient is exactly zero, nor on a side where sk(·) is below its own rounding errors,
 * 8u‖W‖_F‖M‖_F, which the matrix sign would blow up to a full step.
 *
 * <p>The report tells θ as the largest angle; a schedule that does not converge, as Keller Jordan's, turns planes by up to a
 * fifth more, or less. A singular value s of O other than 1 and 0 scales its plane by 1 + η⁴s²(s² − 1)/8.
 *
 * <p>Gradients may be of any magnitude. Weight decay is refused: it would shrink a spectrum that nothing could restore. Waits
 * as the schedule does: not at all with the default.
 */
public final class MuonR extends AbstractOptimizer {
    /** Enough for singular values from 10⁻³ of the norm on, in F64. */
    private static final int STEPS = 8;

    private static final double LOWER_BOUND = 1e-3;

    private final MuonROptions options;
    private final SpectrumOptions spectrum;
    private final UpdateRule rule;

    private MuonR(Isospin iso, MuonROptions options, SpectrumOptions spectrum) {
        super(iso);
        this.options = options;
        this.spectrum = spectrum;
        this.rule = spectrum.around(new MuonRRule(options));
    }

    /**
     * {@return the defaults, which are this library's as there is no reference: η 10⁻², an average with β 0.95 and Nesterov, both
     * sides, eight steps of Polar Express}
     */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    UpdateRule rule(ParameterSpec spec) {
        return Refusal.unlessMatrix("MuonR", spec, rule);
    }

    @Override
    SequencedMap<String, String> options() {
        SequencedMap<String, String> map = new LinkedHashMap<>();
        options.describe(map);
        spectrum.describe(map);
        return map;
    }

    /** Options of {@link MuonR}. */
    public static final class Builder extends SpectrumBuilder<Builder> {
        private double beta = 0.95;
        private MomentumForm form = MomentumForm.AVERAGE;
        private Nesterov nesterov = Nesterov.ON;
        private RotationSides sides = RotationSides.BOTH;
        private MsignMethod msign = MsignMethod.of(Msign.polarExpress(STEPS, LOWER_BOUND));

        private Builder() {
            super("MuonR", Schedule.constant(1e-2));
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * {@return this, with an average}
         *
         * @param share β, in [0, 1)
         */
        public Builder momentum(double share) {
            return momentum(share, MomentumForm.AVERAGE);
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
         * @param whether the step looks one gradient ahead
         */
        public Builder nesterov(Nesterov whether) {
            nesterov = whether;
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
            return msign(MsignMethod.of(schedule));
        }

        /**
         * {@return this}
         *
         * @param method how matrix signs are made
         */
        public Builder msign(MsignMethod method) {
            msign = method;
            return this;
        }

        /**
         * {@return an optimizer}
         *
         * @param iso what computes; stays the caller's
         * @throws IllegalArgumentException if β is outside [0, 1)
         */
        public MuonR build(Isospin iso) {
            Momentum momentum = new Momentum(form, nesterov, MomentumCorrection.NONE, beta);
            return new MuonR(iso, new MuonROptions(rate(), momentum, sides, msign), spectrum());
        }
    }
}
