package org.isospin.properties.golden;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.BlockSplit;
import org.isospin.optim.Optimizer;
import org.isospin.optim.ParameterId;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.Pion;
import org.isospin.optim.PionMomentum;
import org.isospin.optim.PionScaling;
import org.isospin.optim.QkvBlocks;
import org.isospin.optim.RotationMap;
import org.isospin.optim.RotationSides;

/** Group pion_megatron: Pion's reference in its Megatron tree. */
final class PionMegatron implements GroupRunner {
    private static final Pattern STATE = Pattern.compile("state\\.(.+)_(lie|amb)_([mv])(?:_(in|out))?_(\\d+)");
    private static final Pattern HEAD = Pattern.compile("([qkv])(?:_g(\\d+)(?:_h(\\d+))?)?");

    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        Matrix start = golden.input("W", mode);
        spectrum(iso, golden, 0, start, out);
        OptimizerRuns.run(
                golden,
                mode,
                pion(golden.resolved()).build(iso),
                spec -> split(golden, spec),
                (pion, id) -> {},
                (pion, id, t, w) -> {
                    out.put("W_" + t, w.copy());
                    spectrum(iso, golden, t, w, out);
                    for (GoldenQuantity quantity : golden.quantities()) {
                        Matcher state = STATE.matcher(quantity.name());
                        if (state.matches() && Integer.parseInt(state.group(5)) == t) {
                            out.put(quantity.name(), state(golden, pion, id, state));
                        }
                    }
                });
    }

    private static Pion.Builder pion(GoldenCase golden) {
        double[] betas = golden.numbers("betas");
        Pion.Builder pion = Pion.megatron()
                .learningRate(golden.number("lr"))
                .beta(golden.isSet("pion_beta1") ? golden.number("pion_beta1") : betas[0])
                .sides(RotationSides.valueOf(golden.text("pion_update_side").toUpperCase(Locale.ROOT)))
                .rms(golden.number("pion_rms"))
                .map(RotationMap.truncatedExp(golden.integer("degree")));
        if (golden.isSet("pion_use_second_momentum") && golden.truth("pion_use_second_momentum")) {
            pion.secondMoment(
                    golden.isSet("pion_beta2") ? golden.number("pion_beta2") : betas[1], golden.number("adam_eps"));
        }
        if (golden.text("pion_momentum").startsWith("transported")) {
            pion.momentum(PionMomentum.TRANSPORTED);
        }
        return golden.text("pion_scaling").equals("none") ? pion.scaling(PionScaling.REFERENCE_NONE) : pion;
    }

    private static ParameterSpec split(GoldenCase golden, ParameterSpec spec) {
        if (golden.truth("split_fc1_up_gate")) {
            return spec.withSplit(BlockSplit.gateUp());
        }
        if (!golden.isSet("qkv_split_shapes")) {
            return spec;
        }
        double[] shapes = golden.numbers("qkv_split_shapes");
        int head = (int) shapes[1];
        int queries = (int) shapes[0] / head;
        QkvBlocks blocks =
                golden.text("qkv_split_granularity").equals("head") ? QkvBlocks.HEADS : QkvBlocks.PROJECTIONS;
        return spec.withSplit(BlockSplit.groupedQkv(spec.rows() / ((queries + 2) * head), queries, head, blocks));
    }

    private static Matrix state(GoldenCase golden, Optimizer pion, ParameterId id, Matcher state) {
        String block = block(golden, state.group(1));
        boolean isFirst = state.group(3).equals("m");
        if (state.group(2).equals("amb")) {
            return pion.state(id, block + (isFirst ? "/momentum" : "/square"));
        }
        String side = state.group(4);
        return isFirst ? PionStates.generator(pion, id, block, side) : PionStates.square(pion, id, block, side);
    }

    /** The reference calls the first half up. */
    private static String block(GoldenCase golden, String name) {
        if (name.equals("main")) {
            return "whole";
        }
        if (name.startsWith("fc1_")) {
            return name.equals("fc1_up") ? "gate" : "up";
        }
        Matcher head = HEAD.matcher(name);
        if (!head.matches()) {
            throw new IllegalArgumentException(golden.id() + ": no block " + name);
        }
        String projection = switch (head.group(1)) {
            case "q" -> "query";
            case "k" -> "key";
            default -> "value";
        };
        if (head.group(2) == null) {
            return projection;
        }
        int group = Integer.parseInt(head.group(2));
        if (head.group(3) == null) {
            return projection + group;
        }
        double[] shapes = golden.numbers("qkv_split_shapes");
        return projection + (group * (int) (shapes[0] / shapes[1]) + Integer.parseInt(head.group(3)));
    }

    private static void spectrum(Isospin iso, GoldenCase golden, int t, Matrix w, Computed out) {
        String name = "svals_W_" + t;
        if (w.dtype() == w.dtype().computeType()
                && golden.quantities().stream().anyMatch(q -> q.name().equals(name))) {
            Matrix values = Matrix.allocate(w.dtype(), 1, Math.min(w.rows(), w.columns()));
            iso.singularValues(w, values);
            out.put(name, values);
        }
    }
}
