package org.isospin.optim;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.Isospin;

/**
 * Pion (Shi et al. 2026, arXiv 2605.12492; not the Muon with promoting and suppressing polynomials of arXiv 2605.19282): weights
 * are turned, never scaled, so that singular values stay where initialisation put them.
 *
 * <p>For W of m × n and its gradient G the generators are G_in = WᵀG − GᵀW and G_out = GWᵀ − WGᵀ, both skew. Each is averaged,
 * M ← β₁M + (1 − β₁)G, perhaps divided by the root of a second moment, and W ← Q(αA_out)·W·Q(αA_in) with A = −M and a
 * {@link RotationMap} Q. With {@link PionScaling#RMS}, α = ηc√(mn)/‖A_out·W + W·A_in‖_F over the sides that are turned, so that
 * an element moves by ηc in the root mean square.
 *
 * <p>State: half of m² + n² numbers for a first moment in Lie space, packed as skew matrices are (the reference keeps all of
 * them), as much again for a second moment; mn for {@link PionMomentum#TRANSPORTED}; and m + n for an estimate of the largest
 * angle, which the report tells: from below, within a few percent after some steps.
 *
 * <p>What {@link #builder} has beyond the reference: the exact Cayley map, which keeps singular values to roundoff where degree 2
 * multiplies each by √(1 + θ⁴/4) in every step; no step where the gradient is exactly zero (the reference goes on turning for
 * hundreds of steps); no step on a side whose generator is below its own rounding errors, 8u‖W‖_F times the averaged ‖G‖_F (the
 * reference blows noise up to a full step). {@link #megatron} and {@link #verl} are the reference's behaviour.
 *
 * <p>{@link Builder#monitorSpectrum} measures how far singular values drift, {@link Builder#resetSpectrum} gives the weight its
 * first ones back, what the reference's pion_spectrum_reset_interval promises and does not do.
 *
 * <p>Weight decay is refused: it would shrink a spectrum that nothing could restore. The reference takes it and does nothing.
 * A zero weight stays zero. Waits as the map does for each side, and once more for each where a momentum is transported.
 */
public final class Pion extends AbstractOptimizer {
    private final PionOptions options;
    private final SpectrumOptions spectrum;
    private final UpdateRule rule;

    private Pion(Isospin iso, PionOptions options, SpectrumOptions spectrum) {
        super(iso);
        this.options = options;
        this.spectrum = spectrum;
        this.rule = spectrum.around(new PionRule(options));
    }

    /**
     * {@return this library's defaults: η 10⁻³, β₁ 0.95, first moment in Lie space, both sides, RMS scaling with c = 0.2,
     * exact Cayley, safeguards}
     */
    public static Builder builder() {
        return new Builder(PionOptions.DEFAULT);
    }

    /**
     * {@return the defaults and the behaviour of the reference in its Megatron tree: η 10⁻⁴, β 0.9 and 0.999, both sides,
     * degree 2, no safeguards}
     */
    public static Builder megatron() {
        return new Builder(PionOptions.MEGATRON);
    }

    /** {@return the behaviour of the reference in its verl tree: as {@link #megatron}, η 10⁻⁶, always alternating} */
    public static Builder verl() {
        return megatron().learningRate(1e-6).sides(RotationSides.ALTERNATE);
    }

    /**
     * {@return the defaults of {@link #builder} with the linear step W ← W + A_out·W + W·A_in: two products, no rotation at all}
     *
     * <p>The step is at right angles to W, so that ‖W′‖²_F = ‖W‖²_F + ‖ΔW‖²_F exactly, and the norm grows by (ηc)²mn in each
     * step, never to shrink again; a plane of angle θ is scaled by √(1 + θ²). {@link Builder#keepNorm} repairs the norm, and an exact
     * map of the same generators, composed by {@link PionComposition#PRODUCT}, everything: that is {@link #builder}.
     */
    public static Builder linearized() {
        return builder().map(RotationMap.truncatedExp(1)).composition(PionComposition.SUM);
    }

    @Override
    UpdateRule rule(ParameterSpec spec) {
        if (!spec.isMatrix()) {
            throw new IllegalArgumentException(
                    spec.name() + ": Pion turns matrices; vectors are for AdamW, not " + spec);
        }
        return rule;
    }

    @Override
    SequencedMap<String, String> options() {
        SequencedMap<String, String> map = new LinkedHashMap<>();
        options.describe(map);
        spectrum.describe(map);
        return map;
    }

    /** Options of {@link Pion}. */
    public static final class Builder extends SpectrumBuilder<Builder> {
        private double beta1;
        private double beta2;
        private double epsilon;
        private PionMomentum momentum;
        private RotationSides sides;
        private PionScaling scaling;
        private double rms;
        private RotationMap map;
        private PionComposition composition;
        private boolean keepsNorm;
        private boolean hasSecondMoment;
        private final boolean isReference;

        private Builder(PionOptions from) {
            super("Pion", from.learningRate());
            beta1 = from.beta1();
            beta2 = from.beta2();
            epsilon = from.epsilon();
            momentum = from.momentum();
            sides = from.sides();
            scaling = from.scaling();
            rms = from.rms();
            map = from.map();
            composition = from.composition();
            keepsNorm = from.keepsNorm();
            hasSecondMoment = from.hasSecondMoment();
            isReference = from.isReference();
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * {@return this}
         *
         * @param beta β₁, in [0, 1)
         */
        public Builder beta(double beta) {
            beta1 = beta;
            return this;
        }

        /**
         * {@return this, which divides by the root of a second moment: of the generators in Lie space, of the momentum where
         * that is transported}
         *
         * @param beta β₂, in [0, 1)
         * @param addend ε, added to the root
         */
        public Builder secondMoment(double beta, double addend) {
            hasSecondMoment = true;
            beta2 = beta;
            epsilon = addend;
            return this;
        }

        /**
         * {@return this}
         *
         * @param kind what is averaged
         */
        public Builder momentum(PionMomentum kind) {
            momentum = kind;
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
         * @param kind what η measures
         */
        public Builder scaling(PionScaling kind) {
            scaling = kind;
            return this;
        }

        /**
         * {@return this}
         *
         * @param target c of {@link PionScaling#RMS}
         */
        public Builder rms(double target) {
            rms = target;
            return this;
        }

        /**
         * {@return this}
         *
         * @param rotation how rotations are made
         */
        public Builder map(RotationMap rotation) {
            map = rotation;
            return this;
        }

        /**
         * {@return this}
         *
         * @param how how the turns of both sides become one step
         */
        public Builder composition(PionComposition how) {
            composition = how;
            return this;
        }

        /**
         * {@return this, which scales each new weight back to the ‖W‖_F that it had before the first step}
         *
         * <p>Of use where steps are no rotations. The spectrum as a whole moves on; a step that does not move the weight does
         * not scale it.
         */
        public Builder keepNorm() {
            keepsNorm = true;
            return this;
        }

        /**
         * {@return an optimizer}
         *
         * @param iso what computes; stays the caller's
         */
        public Pion build(Isospin iso) {
            return new Pion(
                    iso,
                    new PionOptions(
                            rate(),
                            beta1,
                            beta2,
                            epsilon,
                            momentum,
                            sides,
                            scaling,
                            rms,
                            map,
                            composition,
                            keepsNorm,
                            hasSecondMoment,
                            isReference),
                    spectrum());
        }
    }
}
