package org.isospin.properties.golden;

import java.util.Objects;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.reparam.OftLayer;
import org.isospin.reparam.OftOptions;
import org.isospin.reparam.OftParameters;

/**
 * Group peft_boft: layers of BOFT with inputs or the weight turned, merged and unmerged. The published generators are the skew
 * parts of matrices A, ½(A − Aᵀ), whose gradient is half of that by the part above the diagonal, and the negative below.
 */
final class PeftBoft implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        for (OftOptions.Form form : OftOptions.Form.values()) {
            layer(iso, golden, mode, form, out);
        }
    }

    private static void layer(Isospin iso, GoldenCase golden, GoldenMode mode, OftOptions.Form form, Computed out) {
        int b = golden.integer("boft_block_size");
        OftOptions options = OftOptions.BUTTERFLY
                .withBlocks(b, golden.integer("boft_n_butterfly_factor"))
                .withForm(form);
        Matrix w = golden.input("W", mode);
        Matrix a = golden.input("boft_R", mode);
        OftLayer layer = OftLayers.of(iso, golden, mode, options, w);
        load(a, b, layer.parameters().generators().getFirst());
        Matrix scale = Objects.requireNonNull(layer.parameters().outputScale());
        golden.input("boft_s", mode).copyTo(scale.transposed());
        OftParameters gradient = OftLayers.run(layer, golden, mode, out);
        String way = form.toString();
        Matrix byA = PoetLayers.result(a.dtype(), a.rows(), b);
        unload(gradient.generators().getFirst(), b, byA);
        out.put("grad_boft_R", way, byA);
        out.put(
                "grad_boft_s",
                way,
                Objects.requireNonNull(gradient.outputScale()).transposed());
        OftLayer identity = OftLayer.of(iso, options, OftLayers.identity(w.dtype(), w.columns()));
        load(a, b, identity.parameters().generators().getFirst());
        out.put("Q", way, OftLayers.weight(identity).transposed());
        OftLayers.merge(layer, golden, mode, out);
    }

    private static void load(Matrix a, int b, Matrix generators) {
        for (int block = 0; block < generators.rows(); block++) {
            int at = 0;
            for (int i = 0; i < b; i++) {
                for (int j = i + 1; j < b; j++) {
                    generators.set(block, at++, (a.get(block * b + i, j) - a.get(block * b + j, i)) / 2);
                }
            }
        }
    }

    private static void unload(Matrix gradient, int b, Matrix byA) {
        for (int block = 0; block < gradient.rows(); block++) {
            int at = 0;
            for (int i = 0; i < b; i++) {
                byA.set(block * b + i, i, 0);
                for (int j = i + 1; j < b; j++) {
                    double half = gradient.get(block, at++) / 2;
                    byA.set(block * b + i, j, half);
                    byA.set(block * b + j, i, -half);
                }
            }
        }
    }
}
