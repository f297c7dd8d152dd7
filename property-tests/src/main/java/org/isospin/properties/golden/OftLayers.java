package org.isospin.properties.golden;

import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.reparam.OftLayer;
import org.isospin.reparam.OftOptions;
import org.isospin.reparam.OftParameters;

/** What cases of layers with a rotated input have in common. */
final class OftLayers {
    private OftLayers() {}

    static OftLayer of(Isospin iso, GoldenCase golden, GoldenMode mode, OftOptions options, Matrix w) {
        return golden.inputs().contains("bias")
                ? OftLayer.of(iso, options, w, golden.input("bias", mode))
                : OftLayer.of(iso, options, w);
    }

    static Matrix identity(DType dtype, int n) {
        Matrix identity = Matrix.allocate(dtype, n, n);
        for (int i = 0; i < n; i++) {
            identity.set(i, i, 1);
        }
        return identity;
    }

    static Matrix weight(OftLayer layer) {
        Matrix w = PoetLayers.result(layer.dtype(), layer.outputs(), layer.inputs());
        layer.weight(w);
        return w;
    }

    /** {@return the gradient, once y, that of x, the merged weight, its y and the unmerged one are out} */
    static OftParameters run(OftLayer layer, GoldenCase golden, GoldenMode mode, Computed out) {
        String way = layer.options().form().toString();
        OftParameters gradient = layer.parameters().allocateLike();
        Matrix x = golden.input("x", mode);
        Matrix dy = golden.input("dy", mode);
        Matrix y = PoetLayers.result(x.dtype(), dy.rows(), dy.columns());
        Matrix dx = PoetLayers.result(x.dtype(), x.rows(), x.columns());
        layer.forward(x, y);
        out.put("y", way, y);
        layer.backward(x, dy, dx, gradient);
        out.put("grad_x", way, dx);
        Matrix merged = weight(layer);
        out.put("W_merged", way, merged);
        Matrix unmerged = PoetLayers.result(x.dtype(), merged.rows(), merged.columns());
        layer.unmerge(merged, unmerged);
        out.put("W_unmerged", way, unmerged);
        return gradient;
    }

    /** Merges, as the last thing that a case does with a layer. */
    static void merge(OftLayer layer, GoldenCase golden, GoldenMode mode, Computed out) {
        Matrix x = golden.input("x", mode);
        Matrix y = PoetLayers.result(x.dtype(), x.rows(), layer.outputs());
        layer.merge();
        layer.forward(x, y);
        out.put("y_merged", layer.options().form().toString(), y);
    }
}
