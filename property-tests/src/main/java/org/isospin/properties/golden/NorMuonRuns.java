package org.isospin.properties.golden;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.MsignPrecision;
import org.isospin.optim.NorMuon;
import org.isospin.optim.Optimizer;
import org.isospin.optim.ParameterId;

/**
 * Group normuon: in native mode weights, gradients and state are bfloat16, and the matrix sign rounds every operation to it.
 * NorMuon's state is F32 for such weights; it is rounded here after each step.
 */
final class NorMuonRuns implements GroupRunner {
    private static final String MOMENTUM = "whole/momentum";
    private static final String SECOND = "whole/second_moment";

    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        NorMuon.Builder optimizer = NorMuon.builder()
                .learningRate(golden.number("lr"))
                .weightDecay(golden.number("weight_decay"))
                .betas(golden.number("momentum"), golden.number("beta2"));
        boolean isNative = mode == GoldenMode.NATIVE;
        if (isNative) {
            optimizer.precision(MsignPrecision.BF16);
        }
        OptimizerRuns.run(golden, mode, optimizer.build(iso), spec -> spec, (o, id) -> {}, (o, id, t, w) -> {
            if (isNative) {
                round(o, id, MOMENTUM);
                round(o, id, SECOND);
            }
            out.put("W_" + t, w.copy());
            out.put("state.momentum_buffer_" + t, o.state(id, MOMENTUM));
            out.put("state.second_momentum_buffer_" + t, o.state(id, SECOND));
        });
    }

    private static void round(Optimizer optimizer, ParameterId id, String name) {
        Matrix state = optimizer.state(id, name);
        Matrix rounded = Matrix.allocate(DType.BF16, state.rows(), state.columns());
        state.copyTo(rounded);
        optimizer.setState(id, name, rounded);
    }
}
