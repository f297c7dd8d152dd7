package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.optim.BlockSplit;
import org.isospin.optim.Pion;
import org.isospin.optim.RotationMap;

/**
 * Group pion_verl: Pion's reference in its verl tree. In native mode that rounds the change of W and adds it to the bfloat16
 * weight, where the Megatron tree rounds the new weight once, as we do.
 */
final class PionVerl implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        GoldenCase resolved = golden.resolved();
        Pion pion = Pion.verl()
                .learningRate(resolved.number("lr"))
                .beta(resolved.numbers("betas")[0])
                .map(RotationMap.truncatedExp(resolved.integer("degree")))
                .build(iso);
        int head = golden.isSet("per_head_head_dim") ? golden.integer("per_head_head_dim") : 0;
        OptimizerRuns.run(
                golden,
                mode,
                pion,
                spec -> head == 0 ? spec : spec.withSplit(BlockSplit.heads(spec.rows() / head)),
                (o, id) -> {},
                (o, id, t, w) -> {
                    out.put("W_" + t, w.copy());
                    int heads = head == 0 ? 1 : w.rows() / head;
                    for (String side : new String[] {"in", "out"}) {
                        for (int i = 0; i < heads; i++) {
                            String name = "state.exp_avg_" + side + (head == 0 ? "_" : "_blocks." + i + "_") + t;
                            out.put(name, PionStates.generator(o, id, head == 0 ? "whole" : "head" + i, side));
                        }
                    }
                });
    }
}
