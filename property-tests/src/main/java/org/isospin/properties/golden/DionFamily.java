package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.Dion;
import org.isospin.optim.DionBasis;
import org.isospin.optim.DionSide;
import org.isospin.optim.MomentumForm;
import org.isospin.optim.MsignMethod;
import org.isospin.optim.MsignPrecision;
import org.isospin.optim.Muon;
import org.isospin.optim.ScaleRule;
import org.isospin.polar.Msign;
import org.isospin.polar.MsignNormalization;
import org.isospin.polar.MsignSchedule;

/**
 * Group dion: matrix signs by Newton–Schulz and Polar Express, dion's reference Muon, and Dion in both forms. The signs of a
 * basis' columns are free: its absolute values and Q·Qᵀ are compared.
 */
final class DionFamily implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        if (!OptimizerRuns.isRun(golden)) {
            msign(iso, golden, mode, out);
        } else if (golden.name().startsWith("muonref")) {
            muon(iso, golden, mode, out);
        } else {
            dion(iso, golden, mode, out);
        }
    }

    private static void msign(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        double safety = golden.isSet("norm_factor") ? golden.number("norm_factor") : 1;
        // Row scaling leaves no divisor that an epsilon could be added to.
        boolean isByRows = golden.isSet("preconditioning");
        MsignSchedule schedule = MuonCases.schedule(
                        golden, "coefficients", 1, safety, isByRows ? 0 : golden.number("epsilon"))
                .withNormalization(isByRows ? MsignNormalization.ROW_SCALING : MsignNormalization.FROBENIUS);
        MsignMethod method = MsignMethod.of(schedule);
        if (mode == GoldenMode.NATIVE) {
            method = method.withPrecision(MsignPrecision.BF16);
        }
        MuonCases.msign(iso, golden, mode, method, out);
    }

    private static void muon(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        GoldenCase resolved = golden.resolved();
        boolean isRms = golden.text("adjust_lr").equals("rms_norm");
        Muon.Builder muon = Muon.dion()
                .learningRate(golden.number("lr"))
                .momentum(golden.number("mu"), MomentumForm.SUM)
                .nesterov(MuonCases.nesterov(resolved))
                .weightDecay(golden.number("weight_decay"))
                .scale(isRms ? ScaleRule.RMS : ScaleRule.ASPECT, isRms ? 0.2 : 1)
                .msign(Msign.kellerJordan(resolved.integer("ns_steps")).withEpsilon(resolved.number("epsilon")));
        OptimizerRuns.run(
                golden,
                mode,
                MuonCases.inMode(muon, mode, MsignPrecision.BF16).build(iso),
                spec -> spec,
                out,
                "W",
                "W",
                "momentum",
                "momentum");
    }

    private static void dion(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        Dion.Builder dion = Dion.simple();
        if (golden.isSet("qr_method")) {
            dion = Dion.reference()
                    .side(golden.truth("transpose") ? DionSide.SMALLER : DionSide.INPUTS)
                    .powerIterations(golden.integer("power_iters"))
                    .basis(golden.text("qr_method").equals("qr") ? DionBasis.QR : DionBasis.CHOLESKY_QR);
        }
        Dion optimizer = dion.rank(golden.integer("rank"))
                .learningRate(golden.number("lr"))
                .momentum(golden.number("mu"))
                .weightDecay(golden.number("weight_decay"))
                .epsilon(golden.number("epsilon"))
                .build(iso);
        OptimizerRuns.run(
                golden,
                mode,
                optimizer,
                spec -> spec,
                (o, id) -> o.setState(id, "whole/basis", golden.input("Q0", mode)),
                (o, id, t, w) -> {
                    Matrix q = o.state(id, "whole/basis");
                    Matrix square = Matrix.allocate(q.dtype(), q.rows(), q.rows());
                    iso.multiply(q, q.transposed(), square);
                    for (int i = 0; i < q.rows(); i++) {
                        for (int j = 0; j < q.columns(); j++) {
                            q.set(i, j, Math.abs(q.get(i, j)));
                        }
                    }
                    out.put("W_" + t, w.copy());
                    out.put("momentum_" + t, o.state(id, "whole/momentum"));
                    out.put("QQT_" + t, square);
                    out.put("absQ_" + t, q);
                });
    }
}
