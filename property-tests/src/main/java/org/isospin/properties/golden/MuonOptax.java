package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.optim.MomentumForm;
import org.isospin.optim.MsignMethod;
import org.isospin.optim.MsignPreconditioning;
import org.isospin.optim.Muon;
import org.isospin.optim.Orientation;
import org.isospin.optim.ScaleRule;
import org.isospin.optim.UpdateLength;
import org.isospin.polar.MsignNormalization;
import org.isospin.polar.MsignSchedule;

/** Group muon_optax: optax.contrib.muon, whose weights have a row for each input. */
final class MuonOptax implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        String coefficients = OptimizerRuns.isRun(golden) ? "ns_coeffs_used" : "ns_coeffs";
        boolean isAol = golden.text("preconditioning").equals("aol");
        MsignSchedule schedule = MuonCases.schedule(
                        golden, coefficients, golden.integer("ns_steps"), 1, isAol ? 0 : golden.number("eps"))
                .withNormalization(isAol ? MsignNormalization.ROW_SCALING : MsignNormalization.FROBENIUS);
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

    /** The Schatten norm of the library has a margin for rounding that optax has not. */
    private static MsignPreconditioning preconditioning(String name) {
        return switch (name) {
            case "spectral" -> MsignPreconditioning.SPECTRAL;
            case "schatten" -> MsignPreconditioning.SCHATTEN;
            default -> MsignPreconditioning.SCHEDULE;
        };
    }
}
