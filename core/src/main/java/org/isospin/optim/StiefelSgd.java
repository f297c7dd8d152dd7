package org.isospin.optim;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.Isospin;

/**
 * Riemannian SGD with momentum on the Stiefel manifold, of matrices whose shorter side is orthonormal (Bonnabel 2013; geoopt's
 * RiemannianSGD): with the Riemannian gradient R, M ← μM + (1 − d)R, or without momentum M = R, W ← retract(W, −ηM), and M is
 * carried to the new point.
 *
 * <p>A weight of outputs × inputs has orthonormal columns if it has at least as many outputs as inputs, else orthonormal rows,
 * whichever way it is stored. It should be on the manifold before the first step ({@link org.isospin.rotation.Stiefel#project},
 * {@link org.isospin.rotation.Initialization}); any other is brought there by its first step, or with {@code stabilize(…)} before
 * it. F32 and F64 weights stay orthonormal to a few u; one stored in 16 bits, as its rounding lets it be.
 *
 * <p>For matrices only. Weight decay is refused: λW is normal to the manifold. The state is one matrix like the weight, and none
 * without momentum. The gradient's norm must not overflow. A step waits as its {@link StiefelGeometry}
 * does. The report tells the defect ½‖WᵀW − I‖ as drift, and a bound of ‖U‖₂ of the tangent step U, to first order its largest
 * angle.
 */
public final class StiefelSgd extends AbstractOptimizer {
    private final SequencedMap<String, String> options = new LinkedHashMap<>();
    private final UpdateRule rule;

    private StiefelSgd(Isospin iso, Builder builder) {
        super(iso);
        Momentum momentum = new Momentum(MomentumForm.SUM, builder.nesterov, MomentumCorrection.NONE, builder.beta);
        StiefelOptions shared = builder.shared();
        this.rule = new StiefelSgdRule(shared, momentum, builder.dampening, builder.start);
        shared.describe(options);
        momentum.describe(options);
        options.put("dampening", Double.toString(builder.dampening));
        options.put("start", builder.start.toString());
    }

    /** {@return η 10⁻², μ 0.9 from zero, the Euclidean geometry, never stabilized} */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * {@return geoopt's RiemannianSGD on its canonical or Euclidean manifold, without momentum; if there is momentum, it starts as
     * the first gradient}
     *
     * @param geometry {@link StiefelGeometry#CANONICAL_DOUBLED} or {@link StiefelGeometry#EUCLIDEAN}
     */
    public static Builder geoopt(StiefelGeometry geometry) {
        return new Builder().momentum(0).start(MomentumStart.GRADIENT).geometry(geometry);
    }

    @Override
    UpdateRule rule(ParameterSpec spec) {
        return Refusal.unlessMatrix("StiefelSgd", spec, rule);
    }

    @Override
    SequencedMap<String, String> options() {
        return options;
    }

    /** Options of {@link StiefelSgd}. */
    public static final class Builder extends StiefelBuilder<Builder> {
        private double beta = 0.9;
        private double dampening;
        private Nesterov nesterov = Nesterov.OFF;
        private MomentumStart start = MomentumStart.ZERO;

        private Builder() {
            super("StiefelSgd", 1e-2);
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
            beta = share;
            return this;
        }

        /**
         * {@return this}
         *
         * @param share d, in [0, 1): how much of each gradient is left out of the momentum
         */
        public Builder dampening(double share) {
            dampening = share;
            return this;
        }

        /**
         * {@return this}
         *
         * @param whether on or off; on, the step is along R + μM
         */
        public Builder nesterov(Nesterov whether) {
            nesterov = whether;
            return this;
        }

        /**
         * {@return this}
         *
         * @param from what the momentum is before the first step
         */
        public Builder start(MomentumStart from) {
            start = from;
            return this;
        }

        /**
         * {@return an optimizer}
         *
         * @param iso what computes; stays the caller's
         * @throws IllegalArgumentException if an option is outside its range, or Nesterov is on without momentum or with dampening
         */
        public StiefelSgd build(Isospin iso) {
            return new StiefelSgd(iso, this);
        }
    }
}
