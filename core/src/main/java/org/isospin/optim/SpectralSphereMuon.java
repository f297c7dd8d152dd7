package org.isospin.optim;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.backend.Operands;
import org.isospin.polar.Msign;

/**
 * Muon on the spectral sphere ‖W‖₂ = R: steepest descent in the spectral norm among the directions that leave ‖W‖₂ alone to first
 * order (Su 2025, kexue.fm 11241).
 *
 * <p>With the singular vectors u, v of ‖W‖₂ and the momentum G, Φ = msign(G + λuvᵀ) with uᵀΦv = 0; λ starts as −uᵀGv, and
 * λ ← uᵀΦQv − uᵀΦv·tr(Q)/p − uᵀGv, Q = (G + λuvᵀ)ᵀΦ, p the shorter side: for random
 * matrices of 6 × 4, ten iterations leave |uᵀΦv| = 10⁻⁶ in the median, but 0.05 in one case of ten; the division takes
 * out what that does to ‖W‖₂. W ← R·(W − ηRΦ)/‖W − ηRΦ‖₂: a step is η of the norm long, whatever the size of
 * the gradient, which may be of any magnitude; powers of two change no bit.
 *
 * <p>R is ‖W‖₂ before the first step, or chosen; a weight that is not on the sphere then is after its first step. A zero weight without
 * a chosen R stays zero. With {@link LeadingPair#exact()} ‖W‖₂ is R to a few u; with {@link LeadingPair#byPowers} as well as the
 * iteration finds it, and never less than R. No step where the gradient is exactly zero, nor along a direction that rounding
 * errors alone could have made of a G that is a multiple of uvᵀ.
 *
 * <p>The sphere of the Frobenius norm needs no such search: there, {@link ObliqueSgd} on the weight as one row does.
 *
 * <p>For matrices only. Weight decay is refused: the norm would undo it. The state is one matrix like the weight, u, v and R. The
 * first step takes a singular value decomposition, and every step with {@link LeadingPair#exact()}. No waits, but for the
 * strictest bound of a schedule.
 */
public final class SpectralSphereMuon extends AbstractOptimizer {
    private final SequencedMap<String, String> options = new LinkedHashMap<>();
    private final UpdateRule rule;

    private SpectralSphereMuon(Isospin iso, Builder builder) {
        super(iso);
        Momentum momentum = builder.momentum();
        SphereOptions sphere = builder.sphere;
        this.rule = new SpectralSphereRule(builder.rate(), momentum, sphere);
        options.put("learningRate", builder.rate().toString());
        momentum.describe(options);
        sphere.describe(options);
    }

    /**
     * {@return the defaults, which are this library's as there is no reference: η 10⁻², an average with β 0.95 and Nesterov, the radius
     * of the weight, exact singular vectors, ten iterations with eight steps of Polar Express each}
     */
    public static Builder builder() {
        return new Builder();
    }

    /**
     * out ← the steepest Φ at W: ⟨G, Φ⟩ is largest among all of ‖Φ‖₂ = 1 with uᵀΦv = 0, as the iterations leave it. Waits as
     * a step does.
     *
     * @param iso what computes
     * @param w W, m × n
     * @param g G, m × n
     * @param iterations of λ, at least 1
     * @param msign how matrix signs are made
     * @param out m × n; may overlap the operands' memory
     * @throws IllegalArgumentException if a shape does not fit, out is read-only, or there is no iteration
     */
    public static void direction(Isospin iso, Matrix w, Matrix g, int iterations, MsignMethod msign, Matrix out) {
        Operands.requireShape("spectralSphereMuon", "g", g, w.rows(), w.columns());
        Operands.requireOutput("spectralSphereMuon", "out", out, w.rows(), w.columns());
        SphereOptions sphere = new SphereOptions(0, LeadingPair.exact(), iterations, msign);
        iso.run(stream -> SpectralSphereRule.direction(stream, w, g, sphere.iterations(), msign, out), w, g, out);
    }

    @Override
    UpdateRule rule(ParameterSpec spec) {
        return Refusal.unlessMatrix("SpectralSphereMuon", spec, rule);
    }

    @Override
    SequencedMap<String, String> options() {
        return options;
    }

    /** Options of {@link SpectralSphereMuon}. */
    public static final class Builder extends ConstrainedMuonBuilder<Builder> {
        private SphereOptions sphere =
                new SphereOptions(0, LeadingPair.exact(), 10, MsignMethod.of(Msign.polarExpress(8, 1e-3)));

        private Builder() {
            super("SpectralSphereMuon");
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * {@return this}
         *
         * @param norm R, or 0 for that of the weight before its first step
         * @throws IllegalArgumentException if it is negative or not finite
         */
        public Builder radius(double norm) {
            sphere = new SphereOptions(norm, sphere.pair(), sphere.iterations(), sphere.msign());
            return this;
        }

        /**
         * {@return this}
         *
         * @param by how ‖W‖₂ and its singular vectors are found
         */
        public Builder leadingPair(LeadingPair by) {
            sphere = new SphereOptions(sphere.radius(), by, sphere.iterations(), sphere.msign());
            return this;
        }

        /**
         * {@return this}
         *
         * @param count how many matrix signs a step takes, at least 1
         * @throws IllegalArgumentException if there is none
         */
        public Builder iterations(int count) {
            sphere = new SphereOptions(sphere.radius(), sphere.pair(), count, sphere.msign());
            return this;
        }

        /**
         * {@return this}
         *
         * @param method how matrix signs are made
         */
        public Builder msign(MsignMethod method) {
            sphere = new SphereOptions(sphere.radius(), sphere.pair(), sphere.iterations(), method);
            return this;
        }

        /**
         * {@return an optimizer}
         *
         * @param iso what computes; stays the caller's
         * @throws IllegalArgumentException if β is outside [0, 1)
         */
        public SpectralSphereMuon build(Isospin iso) {
            return new SpectralSphereMuon(iso, this);
        }
    }
}
