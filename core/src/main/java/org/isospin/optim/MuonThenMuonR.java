package org.isospin.optim;

import java.util.LinkedHashMap;
import java.util.SequencedMap;
import org.isospin.Isospin;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignSchedule;

/**
 * {@link Muon} up to a {@link SwitchPoint}, then {@link MuonR} with the same momentum (Su 2026, kexue.fm 11777): weights grow while
 * Muon trains them; once they are large enough, rotations keep every singular value where it is.
 *
 * <p>A step of Muon is η·scale·√min(m, n) long, and one of MuonR at most 2‖W‖_F·tan θ, so that rotations go on with
 * tan θ = η·scale·√min(m, n)/(2‖W‖_F): they move a weight by no more than Muon did. That is the article's multiplier; were both
 * sides at right angles, √2 more would do. It is the same for one side alone.
 *
 * <p>The momentum, β, its form and Nesterov are Muon's before and after. Muon's weight decay ends with it: it would shrink a
 * spectrum that nothing could restore. Parameters that Muon leaves to an auxiliary AdamW stay there.
 *
 * <p>A weight of zero stays so after the switch. Resumed at any step, the switch included, a run is the same bit for bit. State: the
 * momentum, and what the switch point keeps. No waits with the defaults but the switch point's.
 */
public final class MuonThenMuonR extends AbstractOptimizer {
    /** As {@link MuonR} has it: enough for singular values from 10⁻³ of the norm on, in F64. */
    private static final int STEPS = 8;

    private static final double LOWER_BOUND = 1e-3;

    private final Muon muon;
    private final UpdateRule hidden;
    private final SequencedMap<String, String> options = new LinkedHashMap<>();

    private MuonThenMuonR(Isospin iso, Builder builder) {
        super(iso);
        MuonOptions before = builder.muon.options();
        if (before.order() != MomentumOrder.BEFORE) {
            throw new IllegalArgumentException(
                    "MuonR goes on with the momentum of gradients, which Muon has not with order " + before.order());
        }
        MuonROptions after = new MuonROptions(before.learningRate(), before.momentum(), builder.sides, builder.msign);
        muon = builder.muon.build(iso);
        hidden = new MuonThenMuonRRule(before, builder.point, after);
        options.putAll(muon.options());
        options.put("switch", builder.point.toString());
        options.put("sides", builder.sides.toString());
        options.put("msign of rotations", builder.msign.describe());
    }

    /**
     * {@return MuonR's defaults after the switch: both sides, eight steps of Polar Express}
     *
     * @param muon the options before the switch; learning rate, scale and momentum are those after it too
     * @param point when to switch
     */
    public static Builder builder(Muon.Builder muon, SwitchPoint point) {
        return new Builder(muon, point);
    }

    @Override
    UpdateRule rule(ParameterSpec spec) {
        UpdateRule rule = muon.rule(spec);
        return spec.isMatrix() && spec.role() == Role.HIDDEN ? hidden : rule;
    }

    @Override
    SequencedMap<String, String> options() {
        return options;
    }

    /** Options of {@link MuonThenMuonR}. */
    public static final class Builder {
        private final Muon.Builder muon;
        private final SwitchPoint point;
        private RotationSides sides = RotationSides.BOTH;
        private MsignMethod msign = MsignMethod.of(Msign.polarExpress(STEPS, LOWER_BOUND));

        private Builder(Muon.Builder muon, SwitchPoint point) {
            this.muon = muon;
            this.point = point;
        }

        /**
         * {@return this}
         *
         * @param turned which sides are turned after the switch
         */
        public Builder sides(RotationSides turned) {
            sides = turned;
            return this;
        }

        /**
         * {@return this}
         *
         * @param schedule the polynomials of the matrix sign after the switch
         */
        public Builder schedule(MsignSchedule schedule) {
            msign = MsignMethod.of(schedule);
            return this;
        }

        /**
         * {@return an optimizer}
         *
         * @param iso what computes; stays the caller's
         * @throws IllegalArgumentException if an option of Muon is outside its range, or its momentum is not one of gradients
         */
        public MuonThenMuonR build(Isospin iso) {
            return new MuonThenMuonR(iso, this);
        }
    }
}
