package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.Order;
import org.isospin.optim.AdamEpsilon;
import org.isospin.optim.AdamW;
import org.isospin.optim.MomentumForm;
import org.isospin.optim.MsignMethod;
import org.isospin.optim.MsignPrecision;
import org.isospin.optim.Muon;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.Role;
import org.isospin.polar.Msign;

/**
 * Group muon_keller: the matrix sign, one update from a given momentum, and runs of Muon and its auxiliary Adam. In native mode
 * the matrix sign rounds every operation to bfloat16.
 */
final class MuonKeller implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        GoldenCase resolved = golden.resolved();
        if (!OptimizerRuns.isRun(golden)) {
            if (golden.inputs().contains("M")) {
                update(iso, golden, mode, out);
            } else {
                MsignMethod method = MsignMethod.of(
                        MuonCases.schedule(golden, "coefficients", golden.integer("steps"), 1, golden.number("eps")));
                boolean isNative = mode == GoldenMode.NATIVE;
                MuonCases.msign(iso, golden, mode, isNative ? method.withPrecision(MsignPrecision.BF16) : method, out);
            }
        } else if (golden.name().startsWith("auxadam")) {
            double[] betas = resolved.numbers("betas");
            Muon muon = Muon.kellerJordan()
                    .auxiliary(AdamW.builder()
                            .learningRate(resolved.number("lr"))
                            .betas(betas[0], betas[1])
                            .epsilon(resolved.number("eps"), AdamEpsilon.AFTER_BIAS_CORRECTION)
                            .weightDecay(resolved.number("weight_decay")))
                    .build(iso);
            OptimizerRuns.run(
                    golden,
                    mode,
                    muon,
                    spec -> spec.withRole(Role.EMBEDDING),
                    out,
                    "W",
                    "W",
                    "state.exp_avg",
                    "first_moment",
                    "state.exp_avg_sq",
                    "second_moment");
        } else {
            Muon muon = muon(mode, resolved.number("momentum"), resolved)
                    .learningRate(resolved.number("lr"))
                    .weightDecay(resolved.number("weight_decay"))
                    .build(iso);
            OptimizerRuns.run(golden, mode, muon, spec -> spec, out, "W", "W", "state.momentum_buffer", "momentum");
        }
    }

    private static Muon.Builder muon(GoldenMode mode, double beta, GoldenCase golden) {
        Muon.Builder muon = Muon.kellerJordan()
                .momentum(beta, MomentumForm.AVERAGE)
                .nesterov(MuonCases.nesterov(golden))
                .msign(Msign.kellerJordan(golden.integer("ns_steps")).withEpsilon(1e-7));
        return MuonCases.inMode(muon, mode, MsignPrecision.BF16);
    }

    /**
     * The update is what a learning rate of 1 takes from a zero weight. The reference leaves the direction, βM + (1 − β)G with
     * the new M, in the gradient's memory; ours is only read, so that the direction is formed from the momentum here.
     */
    private static void update(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        double beta = golden.number("beta");
        Muon muon = muon(mode, beta, golden).learningRate(1).build(iso);
        GoldenQuantity update = golden.quantity("update");
        int rows = update.expected(mode).rows();
        int columns = update.expected(mode).columns();
        Matrix g = golden.input("G", mode);
        Matrix gradient = reshaped(g, rows, columns);
        ParameterId id = muon.register(ParameterSpec.matrix("w", g.dtype(), rows, columns, Orientation.OUT_IN));
        muon.setState(id, "whole/momentum", reshaped(golden.input("M", mode), rows, columns));
        Matrix w = Matrix.allocate(g.dtype(), rows, columns);
        muon.step(1, id, w, gradient);
        Matrix momentum = muon.state(id, "whole/momentum");
        Matrix direction = gradient.copy();
        for (int i = 0; i < rows; i++) {
            for (int j = 0; j < columns; j++) {
                w.set(i, j, -w.get(i, j));
                if (golden.truth("nesterov")) {
                    direction.set(i, j, beta * momentum.get(i, j) + (1 - beta) * gradient.get(i, j));
                }
            }
        }
        out.put("update", w);
        out.put("momentum", reshaped(momentum, g.rows(), g.columns()));
        out.put("grad_after", reshaped(direction, g.rows(), g.columns()));
    }

    private static Matrix reshaped(Matrix dense, int rows, int columns) {
        return Matrix.wrap(dense.storage(), dense.byteOffset(), dense.dtype(), rows, columns, columns, Order.ROW_MAJOR);
    }
}
