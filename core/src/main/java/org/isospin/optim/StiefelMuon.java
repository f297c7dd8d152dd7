package org.isospin.optim;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Operands;

/**
 * Muon on the Stiefel manifold: steepest descent in the spectral norm among the tangents of a W with orthonormal columns (Su 2025,
 * kexue.fm 11215, 11221 and 11388; Bernstein 2025, "Modular Manifolds").
 *
 * <p>For the momentum G it takes the Φ that maximises ⟨G, Φ⟩ with ‖Φ‖₂ = 1 and WᵀΦ skew. That is msign(G + WX) with a symmetric X,
 * −sym(WᵀG) for a square W, and otherwise found by a {@link TangentSolver}. W ← (W − ηΦ)/√(1 + η²), or where singular values of Φ
 * are zero (as one must be in a square W of odd order) (W − ηΦ)(I + η²ΦᵀΦ)^(−½). What few iterations leave of Φ outside
 * the tangent space is taken out first.
 *
 * <p>A weight of outputs × inputs has orthonormal columns if it has at least as many outputs as inputs, else orthonormal rows,
 * whichever way it is stored. Where it has not, its first step brings it to the manifold. Weights stay orthonormal to a few u.
 * Every direction turns by arctan η, whatever the size of the gradient; gradients may be of any magnitude, and powers of two
 * change no bit. No step where the gradient is exactly zero, nor of what rounding errors alone could make of a gradient that
 * is normal to the manifold.
 *
 * <p>For matrices only. Weight decay is refused: λW is normal to the manifold. The state is one matrix like the weight, and with
 * {@link TangentSolver.Method#DUAL_DESCENT} X. The report tells arctan η as the largest angle, and the defect ½‖WᵀW − I‖ as drift.
 * No waits, but for the strictest bound of a schedule.
 */
public final class StiefelMuon extends AbstractOptimizer {
    private final SequencedMap<String, String> options = new LinkedHashMap<>();
    private final UpdateRule rule;

    private StiefelMuon(Isospin iso, Builder builder) {
        super(iso);
        Momentum momentum = builder.momentum();
        this.rule = new StiefelMuonRule(builder.rate(), momentum, builder.solver);
        options.put("learningRate", builder.rate().toString());
        momentum.describe(options);
        options.put("solver", builder.solver.describe());
    }

    /**
     * {@return the defaults, which are this library's as there is no reference: η 10⁻², an average with β 0.95 and Nesterov, ten fixed
     * point iterations smoothed by 10⁻³}
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * out ← the steepest tangent Φ at W: ⟨G, Φ⟩ is largest among all of ‖Φ‖₂ = 1. As the iterations leave it, not yet
     * projected on the tangent space. Starts from X = −sym(WᵀG); waits as a step does.
     *
     * @param iso what computes
     * @param w W, m × n, with its shorter side orthonormal
     * @param g G, m × n
     * @param solver how X is found
     * @param out m × n; may overlap the operands' memory
     * @throws IllegalArgumentException if a shape does not fit or out is read-only
     */
    public static void direction(Isospin iso, Matrix w, Matrix g, TangentSolver solver, Matrix out) {
        Operands.requireShape("stiefelMuon", "g", g, w.rows(), w.columns());
        Operands.requireOutput("stiefelMuon", "out", out, w.rows(), w.columns());
        iso.run(stream -> StiefelMuonRule.direction(stream, w, g, solver, out), w, g, out);
    }

    @Override
    UpdateRule rule(ParameterSpec spec) {
        return Refusal.unlessMatrix("StiefelMuon", spec, rule);
    }

    @Override
    SequencedMap<String, String> options() {
        return options;
    }

    /** Options of {@link StiefelMuon}. */
    public static final class Builder extends ConstrainedMuonBuilder<Builder> {
        private TangentSolver solver = TangentSolver.fixedPoint(10).withSmoothing(1e-3);

        private Builder() {
            super("StiefelMuon");
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * {@return this}
         *
         * @param how how the direction is made tangent
         */
        public Builder solver(TangentSolver how) {
            solver = how;
            return this;
        }

        /**
         * {@return an optimizer}
         *
         * @param iso what computes; stays the caller's
         * @throws IllegalArgumentException if β is outside [0, 1)
         */
        public StiefelMuon build(Isospin iso) {
            return new StiefelMuon(iso, this);
        }
    }
}
