package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.reparam.OftLayer;
import org.isospin.reparam.OftOptions;
import org.isospin.reparam.OftParameters;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.GeneratorMap;

/**
 * Group peft_oft: layers of OFTv2 and COFT with inputs or the weight turned, merged and unmerged. The exact branch turns the other
 * way than the truncated one.
 */
final class PeftOft implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        for (OftOptions.Form form : OftOptions.Form.values()) {
            layer(iso, golden, mode, form, out);
        }
    }

    private static GeneratorMap map(GoldenCase golden) {
        int terms = golden.integer("num_cayley_neumann_terms");
        if (!golden.truth("use_cayley_neumann")) {
            return GeneratorMap.cayley(CayleyStep.NEGATIVE_FULL);
        }
        return terms < 3
                ? GeneratorMap.cayleySeries(terms - 1, CayleyStep.FULL)
                : GeneratorMap.cayleyNeumann(PoetLayers.order(terms), CayleyStep.FULL);
    }

    private static void layer(Isospin iso, GoldenCase golden, GoldenMode mode, OftOptions.Form form, Computed out) {
        OftOptions.Sharing sharing =
                golden.truth("block_share") ? OftOptions.Sharing.SHARED : OftOptions.Sharing.SEPARATE;
        OftOptions options = OftOptions.DEFAULT
                .withBlocks(golden.integer("oft_block_size"), 1)
                .withMap(map(golden))
                .withSharing(sharing)
                .withEpsilon(golden.truth("coft") ? golden.number("coft_eps") : Double.POSITIVE_INFINITY)
                .withForm(form);
        Matrix w = golden.input("W", mode);
        OftLayer layer = OftLayers.of(iso, golden, mode, options, w);
        Matrix generators = layer.parameters().generators().getFirst();
        golden.input("v", mode).copyTo(generators);
        OftParameters gradient = OftLayers.run(layer, golden, mode, out);
        String way = form.toString();
        out.put("grad_v", way, gradient.generators().getFirst());
        out.put("v_after_projection", way, generators.copy());
        OftLayer identity = OftLayer.of(iso, options, OftLayers.identity(w.dtype(), w.columns()));
        generators.copyTo(identity.parameters().generators().getFirst());
        out.put("R", way, OftLayers.weight(identity).transposed());
        OftLayers.merge(layer, golden, mode, out);
    }
}
