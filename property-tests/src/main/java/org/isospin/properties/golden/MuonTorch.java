package org.isospin.properties.golden;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.MomentumForm;
import org.isospin.optim.MsignMethod;
import org.isospin.optim.MsignPrecision;
import org.isospin.optim.Muon;
import org.isospin.optim.Optimizer;
import org.isospin.optim.ParameterId;

/**
 * Group muon_torch: torch.optim.Muon. In native mode sums of the matrix sign are rounded to bfloat16 once, as addmm does; its
 * epsilon is a lower bound of the norm, which none of these inputs reaches.
 */
final class MuonTorch implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        if (!OptimizerRuns.isRun(golden)) {
            MsignMethod method =
                    MsignMethod.of(MuonCases.schedule(golden, "coefficients", golden.integer("steps"), 1, 0));
            boolean isNative = mode == GoldenMode.NATIVE;
            MuonCases.msign(
                    iso, golden, mode, isNative ? method.withPrecision(MsignPrecision.BF16_FUSED) : method, out);
            return;
        }
        GoldenCase resolved = golden.resolved();
        Muon.Builder muon = resolved.isSet("adjust_lr_fn") ? Muon.pyTorchMatchRmsAdamW() : Muon.pyTorch();
        muon.learningRate(resolved.number("lr"))
                .weightDecay(resolved.number("weight_decay"))
                .momentum(resolved.number("momentum"), MomentumForm.AVERAGE)
                .nesterov(MuonCases.nesterov(resolved))
                .msign(MuonCases.schedule(resolved, "ns_coefficients", resolved.integer("ns_steps"), 1, 0));
        Muon optimizer = MuonCases.inMode(muon, mode, MsignPrecision.BF16_FUSED).build(iso);
        boolean isAliased = mode == GoldenMode.NATIVE
                && golden.input("W", mode).dtype() == DType.BF16
                && !resolved.truth("nesterov");
        OptimizerRuns.run(golden, mode, optimizer, spec -> spec, (o, id) -> {}, (o, id, t, w) -> {
            if (isAliased) {
                normalize(o, id);
            }
            out.put("W_" + t, w.copy());
            out.put("state.momentum_buffer_" + t, o.state(id, "whole/momentum"));
        });
    }

    /**
     * Without Nesterov and with bfloat16 parameters the reference divides its momentum by its norm in place. It is no part of
     * Muon, and done here to a state that Muon computed.
     */
    private static void normalize(Optimizer optimizer, ParameterId id) {
        Matrix momentum = optimizer.state(id, "whole/momentum");
        double sum = 0;
        for (int i = 0; i < momentum.rows(); i++) {
            for (int j = 0; j < momentum.columns(); j++) {
                sum += momentum.get(i, j) * momentum.get(i, j);
            }
        }
        for (int i = 0; i < momentum.rows(); i++) {
            for (int j = 0; j < momentum.columns(); j++) {
                momentum.set(i, j, momentum.get(i, j) / Math.sqrt(sum));
            }
        }
        optimizer.setState(id, "whole/momentum", momentum);
    }
}
