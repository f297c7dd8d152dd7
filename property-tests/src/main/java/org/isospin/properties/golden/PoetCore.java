package org.isospin.properties.golden;

import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewBatch;
import org.isospin.optim.AdamEpsilon;
import org.isospin.optim.AdamW;
import org.isospin.optim.DecayOrder;
import org.isospin.optim.MomentumCorrection;
import org.isospin.reparam.BaseStorage;
import org.isospin.reparam.BlockPartition;
import org.isospin.reparam.EightBitMatrix;
import org.isospin.reparam.PoetLayer;
import org.isospin.reparam.PoetOptions;
import org.isospin.reparam.PoetParameters;
import org.isospin.reparam.Primitive;
import org.isospin.reparam.WeightSide;
import org.isospin.rotation.Butterfly;
import org.isospin.rotation.ButterflyPattern;
import org.isospin.rotation.GeneratorMap;

/**
 * Group poet_core: generators to rotations and back (cayley), products with block-diagonal matrices (blockdiag), a layer's forward,
 * backward and merge (layer), bases in 8 bits (int8, qpoet), and its Adam (poetadamw).
 *
 * <p>The published layer adds the bias before it turns the outputs, and merges the rotation but not the bias. That is a layer with
 * one more input, always 1, that no block turns; after the merge its weights are the bias as it was.
 */
final class PoetCore implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        switch (golden.name().split("_", -1)[0]) {
            case "cayley" -> rotations(iso, golden, mode, out);
            case "blockdiag" -> blockDiagonal(iso, golden, mode, out);
            case "layer" -> layer(iso, golden, mode, out);
            case "int8" -> eightBits(iso, golden, mode, out);
            case "qpoet" -> eightBitLayer(iso, golden, mode, out);
            default -> adam(iso, golden, mode, out);
        }
    }

    private static void rotations(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        int b = golden.integer("block_size");
        GeneratorMap map = PoetLayers.map(golden.text("variant"));
        SkewBatch v = SkewBatch.wrap(b, golden.input("v", mode));
        Matrix cotangent = golden.input("dY", mode);
        Matrix r = PoetLayers.result(v.dtype(), v.count() * b, b);
        SkewBatch gradient = SkewBatch.wrap(
                b, PoetLayers.result(v.dtype(), v.count(), v.packed().columns()));
        for (int i = 0; i < v.count(); i++) {
            Matrix block = r.view(i * b, 0, b, b);
            map.delta(iso, v.get(i), block);
            for (int j = 0; j < b; j++) {
                block.set(j, j, block.get(j, j) + 1);
            }
            map.vjp(iso, v.get(i), cotangent.view(i * b, 0, b, b), gradient.get(i));
        }
        out.put("R", r);
        out.put("grad_v", gradient.packed());
    }

    private static void blockDiagonal(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        int b = golden.integer("block_size");
        Matrix w = golden.input("W", mode);
        Matrix product = PoetLayers.result(w.dtype(), w.rows(), w.columns());
        Butterfly.apply(iso, ButterflyPattern.of(w.rows(), b, 1), golden.input("A", mode), w, product);
        Butterfly.applyTransposed(
                iso,
                ButterflyPattern.of(w.columns(), b, 1),
                golden.input("B", mode),
                product.transposed(),
                product.transposed());
        out.put("out", product);
    }

    private static void adam(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        GoldenCase all = golden.resolved();
        boolean isPoet = all.truth("use_poet");
        double[] betas = all.numbers("betas");
        AdamW adam = AdamW.builder()
                .learningRate(all.number("lr") * (isPoet ? all.number("poet_scale") : 1))
                .betas(betas[0], betas[1])
                .biasCorrection(all.truth("correct_bias") ? MomentumCorrection.BIAS : MomentumCorrection.NONE)
                .epsilon(all.number("eps"), AdamEpsilon.BEFORE_BIAS_CORRECTION)
                .weightDecay(all.number("weight_decay"), DecayOrder.NEW_WEIGHT)
                .build(iso);
        int interval = isPoet ? all.integer("poet_merge_interval") : 0;
        OptimizerRuns.run(golden, mode, adam, spec -> spec, (o, id) -> {}, (o, id, t, w) -> {
            out.put("W_" + t, w.copy());
            out.put("exp_avg_" + t, o.state(id, "whole/first_moment"));
            out.put("exp_avg_sq_" + t, o.state(id, "whole/second_moment"));
            if (interval > 0 && t % interval == 0) {
                o.restart(t, id);
            }
        });
    }

    private static BaseStorage.EightBit format(GoldenCase golden) {
        return new BaseStorage.EightBit(Math.max(0, golden.integer("q_group_size")), BaseStorage.ZeroPoint.CLAMPED);
    }

    /** Codes are what was read, in scales from the offset. */
    private static void eightBits(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        Matrix w = golden.input("w", mode);
        EightBitMatrix bits = EightBitMatrix.of(iso, format(golden), w);
        Matrix read = PoetLayers.result(w.dtype(), w.rows(), w.columns());
        bits.read(iso, read);
        out.put("dequantized", read);
        Matrix codes = PoetLayers.result(w.dtype(), w.rows(), w.columns());
        Matrix scales = PoetLayers.result(w.dtype(), bits.groups(), 1);
        Matrix zeros = PoetLayers.result(w.dtype(), bits.groups(), 1);
        int size = w.rows() * w.columns() / bits.groups();
        for (int g = 0; g < bits.groups(); g++) {
            scales.set(g, 0, bits.scale(g));
            zeros.set(g, 0, Math.rint(-bits.offset(g) / bits.scale(g)));
        }
        for (int e = 0; e < w.elements(); e++) {
            int i = e / w.columns();
            int j = e % w.columns();
            codes.set(i, j, Math.rint((read.get(i, j) - bits.offset(e / size)) / bits.scale(e / size)));
        }
        out.put("q", codes);
        out.put("scales", scales);
        out.put("zeros", zeros);
    }

    private static void eightBitLayer(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        eightBits(iso, golden, mode, out);
        int[] outs = PoetLayers.integers(golden.numbers("perm_out"));
        int[] ins = PoetLayers.integers(golden.numbers("perm_in"));
        int[] nextOuts = PoetLayers.integers(golden.numbers("perm_out_after_merge"));
        int[] nextIns = PoetLayers.integers(golden.numbers("perm_in_after_merge"));
        PoetOptions options = PoetLayers.options(
                        Primitive.blockStochastic(golden.integer("block_size")),
                        PoetLayers.map("kernel"),
                        PoetLayers.listed(List.of(outs, nextOuts), List.of(ins, nextIns)))
                .withBase(format(golden));
        PoetLayer layer = PoetLayer.of(iso, options, PoetLayers.permuted(golden.input("w", mode), outs, ins));
        golden.input("oft_R", mode).copyTo(layer.parameters().generators().getFirst());
        Matrix x = golden.input("x", mode);
        Matrix y = PoetLayers.result(x.dtype(), x.rows(), layer.outputs());
        layer.forward(x, y);
        out.put("y", y);
        out.put("W_eff", PoetLayers.weight(layer));
        layer.merge();
        out.put("dequantized_after_merge", PoetLayers.stored(layer, nextOuts, nextIns));
    }

    private static void layer(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        for (PoetOptions.Memory memory : PoetOptions.Memory.values()) {
            layer(iso, golden, mode, memory, out);
        }
    }

    private static void layer(
            Isospin iso, GoldenCase golden, GoldenMode mode, PoetOptions.Memory memory, Computed out) {
        boolean isBiased = golden.truth("bias");
        int b = golden.integer("block_size");
        int n = golden.integer("in_features");
        Matrix stored = withBias(golden, mode, isBiased);
        Matrix x = withOnes(golden.input("x", mode), isBiased);
        Matrix dy = golden.input("dy", mode);
        int[] outs = PoetLayers.integers(golden.numbers("perm_out"));
        int[] ins = withLast(PoetLayers.integers(golden.numbers("perm_in")), isBiased);
        int[] nextOuts = PoetLayers.integers(golden.numbers("perm_out_after_merge"));
        int[] nextIns = withLast(PoetLayers.integers(golden.numbers("perm_in_after_merge")), isBiased);
        Primitive primitive =
                (side, order) -> BlockPartition.leading(order, b, (side == WeightSide.INPUT ? n : order) / b);
        PoetOptions options = PoetLayers.options(
                        primitive,
                        PoetLayers.map(golden.text("variant")),
                        PoetLayers.listed(List.of(outs, nextOuts), List.of(ins, nextIns)))
                .withMemory(memory);
        PoetLayer layer = PoetLayer.of(iso, options, PoetLayers.permuted(stored, outs, ins));
        golden.input("oft_R", mode).copyTo(layer.parameters().generators().getFirst());
        PoetParameters gradient = layer.parameters().allocateLike();
        DType dtype = x.dtype();
        Matrix y = PoetLayers.result(dtype, dy.rows(), dy.columns());
        Matrix dx = PoetLayers.result(dtype, x.rows(), x.columns());
        String way = memory.toString();
        layer.forward(x, y);
        out.put("y", way, y);
        layer.backward(x, dy, dx, gradient);
        out.put("grad_oft_R", way, gradient.generators().getFirst());
        out.put("grad_x", way, dx.view(0, 0, dx.rows(), n));
        Matrix w = PoetLayers.weight(layer);
        out.put("W_eff", way, w.view(0, 0, w.rows(), n));
        layer.merge();
        Matrix merged = PoetLayers.stored(layer, nextOuts, nextIns);
        out.put("weight_after_merge", way, merged.view(0, 0, merged.rows(), n));
        Matrix after = PoetLayers.result(dtype, dy.rows(), dy.columns());
        if (isBiased) {
            stored.view(0, n, merged.rows(), 1).copyTo(merged.view(0, n, merged.rows(), 1));
            layer = PoetLayer.of(iso, options, PoetLayers.permuted(merged, nextOuts, nextIns));
        }
        layer.forward(x, after);
        out.put("y_after_merge", way, after);
    }

    /** {@return the weight, with the bias as one more column} */
    private static Matrix withBias(GoldenCase golden, GoldenMode mode, boolean isBiased) {
        Matrix weight = golden.input("weight", mode);
        if (!isBiased) {
            return weight;
        }
        int n = weight.columns();
        Matrix wider = Matrix.allocate(weight.dtype(), weight.rows(), n + 1);
        weight.copyTo(wider.view(0, 0, weight.rows(), n));
        golden.input("bias", mode).transposed().copyTo(wider.column(n));
        return wider;
    }

    private static Matrix withOnes(Matrix x, boolean isBiased) {
        if (!isBiased) {
            return x;
        }
        Matrix wider = Matrix.allocate(x.dtype(), x.rows(), x.columns() + 1);
        x.copyTo(wider.view(0, 0, x.rows(), x.columns()));
        for (int i = 0; i < x.rows(); i++) {
            wider.set(i, x.columns(), 1);
        }
        return wider;
    }

    private static int[] withLast(int[] permutation, boolean isBiased) {
        int n = permutation.length;
        int[] longer = java.util.Arrays.copyOf(permutation, isBiased ? n + 1 : n);
        if (isBiased) {
            longer[n] = n;
        }
        return longer;
    }
}
