package org.isospin.optim;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.Isospin;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignSchedule;

/**
 * Orthogonalised momentum in Lie space ("lie_ortho" of the notebook of POET's first author, github.com/zqiu24/slm-research): Muon
 * for the generators of the rotations that turn a weight from both sides, which keep every singular value.
 *
 * <p>For W of m × n and its gradient G, G_in = WᵀG − GᵀW and G_out = GWᵀ − WGᵀ are skew, and packed. Of each side an average
 * advances in every step, M ← βM + (1 − β)G_•, also where the side is not turned; D = βM + (1 − β)G_• looks ahead, X = msign(D)
 * is skew to the last bit, and W ← W·Q(X_in) or Q(X_out)·W with Q(X) = (I − θX)(I + θX)⁻¹, the Cayley transform of −θX, which
 * turns a plane by 2·arctan θ. With another {@link RotationMap}, it is the map's rotation by −2θX.
 *
 * <p>θ is that of an {@link AngleLaw} times (d/√(mn))^γ for the side of d = m or n. Decorrelation λ takes from X_in the share λ of
 * what moves W as X_out does, X_in ← X_in − λ⟨S, X_in⟩/⟨S, S⟩·S with S = WᵀX_outW, and from X_out likewise with W·X_in·Wᵀ; signs
 * are not made anew. The other side's X is that of the same step, whether it is turned or not, which the notebook leaves open.
 *
 * <p>The packed gradient of published code, of a function of q in W·(I + Q)(I − Q)⁻¹ at 0, is 2(G_in)ᵢⱼ, and −2(G_in)ᵢⱼ where
 * rows x are multiplied by Q·Wᵀ; a matrix sign sees no factor, so that the average of G_in itself is kept here.
 *
 * <p>The defaults are what won on 60M parameters and 2.4·10⁹ tokens (one seed each, about 0.01 of noise, held-out loss):
 *
 * <table>
 * <caption>Published losses</caption>
 * <tr><th>choice</th><th>loss</th><th>otherwise</th></tr>
 * <tr><td>msign of the direction</td><td>3.5528</td><td>3.6193 direction scaled to its root mean square</td></tr>
 * <tr><td>average in Lie space</td><td>3.6474</td><td>3.6518 without it, before directions were orthogonalised</td></tr>
 * <tr><td>five steps of Keller Jordan's polynomial</td><td>3.5669</td><td>3.5703 exact msign; 3.5702 with a second moment</td></tr>
 * <tr><td>{@link RotationSides#ALTERNATE}</td><td>3.5332</td><td>3.5528 both; 3.6289 outputs alone; 3.6794 inputs alone; 4.22 average
 *     of the other side frozen</td></tr>
 * <tr><td>Nesterov, β = 0.95</td><td>3.5160</td><td>3.5231</td></tr>
 * <tr><td>initial weights four times as large</td><td>3.4804</td><td>3.5160</td></tr>
 * <tr><td>η = 5·10⁻³</td><td>3.4766</td><td>3.4804</td></tr>
 * <tr><td>θ = min(0.30η/RMS(W), 0.024), γ = ¼</td><td>3.4745</td><td>3.4766 a fixed θ; θ of 0.03 and more diverges</td></tr>
 * <tr><td>λ = 0.25, as good as 0.2 and 0.3</td><td>3.4686</td><td>3.4745 without; 0.1 more with λ = 0.75</td></tr>
 * </table>
 *
 * <p>Two things differ from the published code: the map is the exact Cayley transform, where that has
 * {@link RotationMap#cayleyNeumann cayleyNeumann(3)}, which shrinks a plane by θ⁴ in each step; and as in {@link Pion} nothing turns
 * where the gradient is exactly zero, nor a side whose direction is below its own rounding errors, 8u‖W‖_F times the averaged
 * ‖G‖_F, which a matrix sign would blow up to a full step.
 *
 * <p>State: half of m² + n² numbers. The report tells 2θ as the largest angle; signs from five steps of Keller Jordan's polynomial
 * turn planes by 0.68 to 1.2 of that. Where λ is not 0, both signs are made in each step, though one side is turned. Weight decay
 * is refused. Waits as the map does, and as the schedule does: once a side with the defaults.
 */
public final class LieOrtho extends AbstractOptimizer {
    private static final int STEPS = 5;

    private final LieOrthoOptions options;
    private final SpectrumOptions spectrum;
    private final UpdateRule rule;

    private LieOrtho(Isospin iso, LieOrthoOptions options, SpectrumOptions spectrum) {
        super(iso);
        this.options = options;
        this.spectrum = spectrum;
        this.rule = spectrum.around(new LieOrthoRule(options));
    }

    /** {@return the published settings, for initial weights four times as large as usual, with an exact map} */
    public static Builder builder() {
        return new Builder();
    }

    @Override
    UpdateRule rule(ParameterSpec spec) {
        return Refusal.unlessMatrix("LieOrtho", spec, rule);
    }

    @Override
    SequencedMap<String, String> options() {
        SequencedMap<String, String> map = new LinkedHashMap<>();
        options.describe(map);
        spectrum.describe(map);
        return map;
    }

    /** Options of {@link LieOrtho}. */
    public static final class Builder extends SpectrumBuilder<Builder> {
        private double beta = 0.95;
        private Nesterov nesterov = Nesterov.ON;
        private RotationSides sides = RotationSides.ALTERNATE;
        private MsignSchedule schedule = Msign.kellerJordan(STEPS);
        private AngleLaw angle = AngleLaw.rms(0.30, 0.024);
        private double sideExponent = 0.25;
        private double decorrelation = 0.25;
        private RotationMap map = RotationMap.cayley();

        private Builder() {
            super("LieOrtho", Schedule.constant(5e-3));
        }

        @Override
        Builder self() {
            return this;
        }

        /**
         * {@return this}
         *
         * @param share β, in [0, 1)
         * @param ahead whether the direction looks one gradient ahead, or is M
         */
        public Builder momentum(double share, Nesterov ahead) {
            beta = share;
            nesterov = ahead;
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
         * @param polynomials of the matrix sign
         */
        public Builder schedule(MsignSchedule polynomials) {
            schedule = polynomials;
            return this;
        }

        /**
         * {@return this}
         *
         * @param law θ
         */
        public Builder angle(AngleLaw law) {
            angle = law;
            return this;
        }

        /**
         * {@return this}
         *
         * @param gamma γ: by what power of its size a side turns further
         */
        public Builder sideExponent(double gamma) {
            sideExponent = gamma;
            return this;
        }

        /**
         * {@return this}
         *
         * @param share λ, in [0, 1]
         */
        public Builder decorrelation(double share) {
            decorrelation = share;
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
         * {@return an optimizer}
         *
         * @param iso what computes; stays the caller's
         * @throws IllegalArgumentException if an option is outside its range, or the schedule scales rows
         */
        public LieOrtho build(Isospin iso) {
            Momentum momentum = new Momentum(MomentumForm.AVERAGE, nesterov, MomentumCorrection.NONE, beta);
            return new LieOrtho(
                    iso,
                    new LieOrthoOptions(rate(), momentum, sides, schedule, angle, sideExponent, decorrelation, map),
                    spectrum());
        }
    }
}
