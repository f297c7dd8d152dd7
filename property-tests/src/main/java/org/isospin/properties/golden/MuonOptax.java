package org.isospin.properties.golden;

import java.util.Locale;
import org.isospin.Isospin;
import org.isospin.optim.MomentumForm;
import org.isospin.optim.MsignMethod;
import org.isospin.optim.MsignPreconditioning;
import org.isospin.optim.Muon;
import org.isospin.optim.Orientation;
import org.isospin.optim.ScaleRule;
import org.isospin.optim.UpdateLength;
import org.isospin.polar.MsignSchedule;

/** Group muon_optax: optax.contrib.muon, whose weights have a row for each input. */
final class MuonOptax implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        String coefficients = OptimizerRuns.isRun(golden) ? "ns_coeffs_used" : "ns_coeffs";
        MsignSchedule schedule =
                MuonCases.schedule(golden, coefficients, golden.integer("ns_steps"), 1, golden.number("eps"));
        MsignPreconditioning preconditioning = preconditioning(golden.text("preconditioning"));
        if (!OptimizerRuns.isRun(golden)) {
            MuonCases.msign(iso, golden, mode, MsignMethod.of(schedule).withPreconditioning(preconditioning), out);
            return;
        }
        Muon.Builder muon = Muon.optax()
                .learningRate(golden.number("learning_rate"))
                .weightDecay(golden.number("weight_decay"))
                .momentum(golden.number("beta"), MomentumForm.AVERAGE)
                .nesterov(MuonCases.nesterov(golden))
                .length(golden.truth("adaptive") ? UpdateLength.NUCLEAR_NORM : UpdateLength.FIXED)
                .preconditioning(preconditioning)
                .msign(schedule);
        if (golden.isSet("consistent_rms")) {
            muon.scale(ScaleRule.RMS, golden.number("consistent_rms"));
        }
        OptimizerRuns.run(
                golden,
                mode,
                muon.build(iso),
                spec -> spec.withOrientation(Orientation.IN_OUT),
                out,
                "W",
                "W",
                "mu",
                "momentum");
    }

    private static MsignPreconditioning preconditioning(String name) {
        return name.equals("aol")
                ? MsignPreconditioning.ROWS
                : MsignPreconditioning.valueOf(name.toUpperCase(Locale.ROOT));
    }
}
