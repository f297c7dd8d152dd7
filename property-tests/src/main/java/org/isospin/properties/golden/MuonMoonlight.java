package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.optim.AdamEpsilon;
import org.isospin.optim.AdamW;
import org.isospin.optim.MomentumForm;
import org.isospin.optim.MsignPrecision;
import org.isospin.optim.Muon;
import org.isospin.optim.Role;
import org.isospin.polar.Msign;

/** Group muon_moonlight: Moonlight's Muon and its AdamW, which adds epsilon before the bias correction. */
final class MuonMoonlight implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        GoldenCase resolved = golden.resolved();
        double[] betas = resolved.numbers("adamw_betas");
        AdamW.Builder adam = AdamW.builder()
                .learningRate(resolved.number("lr"))
                .betas(betas[0], betas[1])
                .epsilon(resolved.number("adamw_eps"), AdamEpsilon.BEFORE_BIAS_CORRECTION)
                .weightDecay(resolved.number("wd"));
        Muon.Builder muon = Muon.moonlight()
                .learningRate(resolved.number("lr"))
                .weightDecay(resolved.number("wd"))
                .momentum(resolved.number("momentum"), MomentumForm.SUM)
                .nesterov(MuonCases.nesterov(resolved))
                .msign(Msign.kellerJordan(resolved.integer("ns_steps")).withEpsilon(1e-7))
                .auxiliary(adam);
        Muon optimizer = MuonCases.inMode(muon, mode, MsignPrecision.BF16).build(iso);
        if (golden.name().startsWith("adamw")) {
            OptimizerRuns.run(golden, mode, optimizer, spec -> spec.withRole(Role.HEAD), out, "W", "W");
        } else {
            OptimizerRuns.run(
                    golden, mode, optimizer, spec -> spec, out, "W", "W", "state.momentum_buffer", "momentum");
        }
    }
}
