package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.optim.BlockSplit;
import org.isospin.optim.MsignPrecision;
import org.isospin.optim.PionMsign;

/** Group pion_msign: runs of Pion with orthogonalised generators. In native mode the matrix sign steps in bfloat16. */
final class PionMsignRuns implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        GoldenCase resolved = golden.resolved();
        PionMsign.Builder pion = PionMsign.builder()
                .learningRate(resolved.number("lr"))
                .beta(resolved.numbers("betas")[0])
                .lambda(resolved.number("pion_msign_lambda"))
                .degree(golden.integer("degree"))
                .schedule(MuonCases.schedule(golden, "coefficients", golden.integer("num_ns_steps"), 1, 0));
        if (mode == GoldenMode.NATIVE) {
            pion.precision(MsignPrecision.BF16_FUSED_STEPS);
        }
        if (golden.truth("split_fc1_up_gate")) {
            // Each half has a momentum of its own, which the case does not record.
            OptimizerRuns.run(
                    golden, mode, pion.build(iso), spec -> spec.withSplit(BlockSplit.gateUp()), out, "W", "W");
        } else {
            OptimizerRuns.run(golden, mode, pion.build(iso), spec -> spec, out, "W", "W", "exp_avg_g", "momentum");
        }
    }
}
