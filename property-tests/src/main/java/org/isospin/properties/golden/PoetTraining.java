package org.isospin.properties.golden;

import java.util.Arrays;
import java.util.List;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.AdamEpsilon;
import org.isospin.optim.AdamW;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.reparam.PoetLayer;
import org.isospin.reparam.PoetParameters;
import org.isospin.reparam.Primitive;

/**
 * Group poet_train: a layer fitted to targets, with the loss ½·mean (y − target)², Adam on the generators, and a merge after every
 * so many steps.
 */
final class PoetTraining implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        List<int[]> outs = permutations(golden, "perms_out");
        List<int[]> ins = permutations(golden, "perms_in");
        Matrix stored = golden.input("weight", mode);
        PoetLayer layer = PoetLayer.of(
                iso,
                PoetLayers.options(
                        Primitive.blockStochastic(golden.integer("block_size")),
                        PoetLayers.map(golden.text("variant")),
                        PoetLayers.listed(outs, ins)),
                PoetLayers.permuted(stored, outs.getFirst(), ins.getFirst()));
        double[] betas = golden.numbers("betas");
        AdamW adam = AdamW.builder()
                .learningRate(golden.number("lr") * golden.number("poet_scale"))
                .betas(betas[0], betas[1])
                .epsilon(golden.number("eps"), AdamEpsilon.BEFORE_BIAS_CORRECTION)
                .weightDecay(0)
                .build(iso);
        PoetParameters gradient = layer.parameters().allocateLike();
        Matrix generators = layer.parameters().generators().getFirst();
        ParameterId id = adam.register(ParameterSpec.matrix(
                "oft_R", generators.dtype(), generators.rows(), generators.columns(), Orientation.OUT_IN));
        Matrix x = golden.input("x", mode);
        Matrix target = golden.input("target", mode);
        Matrix y = PoetLayers.result(x.dtype(), target.rows(), target.columns());
        Matrix dx = PoetLayers.result(x.dtype(), x.rows(), x.columns());
        out.put("svals_0", PoetLayers.spectrum(iso, PoetLayers.weight(layer)));
        for (int t = 1; t <= golden.integer("steps"); t++) {
            layer.forward(x, y);
            out.put("loss_" + t, loss(y, target));
            Matrix dy = PoetLayers.difference(y, target);
            scale(dy, 1.0 / dy.elements());
            layer.backward(x, dy, dx, gradient);
            adam.step(t, id, generators, gradient.generators().getFirst());
            if (t % golden.integer("merge_interval") == 0) {
                layer.merge(adam, List.of(id), t);
            }
            out.put("oft_R_" + t, generators.copy());
            out.put("weight_" + t, PoetLayers.stored(layer, outs.get(layer.merges()), ins.get(layer.merges())));
            out.put("W_eff_" + t, PoetLayers.weight(layer));
        }
        out.put("svals_" + golden.integer("steps"), PoetLayers.spectrum(iso, PoetLayers.weight(layer)));
    }

    private static List<int[]> permutations(GoldenCase golden, String setting) {
        return Arrays.stream(golden.table(setting)).map(PoetLayers::integers).toList();
    }

    private static double loss(Matrix y, Matrix target) {
        double sum = 0;
        for (int i = 0; i < y.rows(); i++) {
            for (int j = 0; j < y.columns(); j++) {
                double off = y.get(i, j) - target.get(i, j);
                sum += off * off;
            }
        }
        return 0.5 * sum / y.elements();
    }

    private static void scale(Matrix m, double factor) {
        for (int i = 0; i < m.rows(); i++) {
            for (int j = 0; j < m.columns(); j++) {
                m.set(i, j, factor * m.get(i, j));
            }
        }
    }
}
