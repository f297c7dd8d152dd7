package org.isospin.properties.golden;

import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewMatrix;
import org.isospin.properties.Dense;
import org.isospin.reparam.OftLayer;
import org.isospin.reparam.OftOptions;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.GeneratorMap;

/**
 * Group peft_psoft: the square factor of PSOFT, diag(b)·R·diag(a), with R the weight of a layer of one block that turns the
 * identity. The layer turns by the transpose of its rotation, which is the rotation of the negative generator.
 */
final class PeftPsoft implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        int r = golden.integer("r");
        boolean isTruncated = golden.truth("use_cayley_neumann");
        GeneratorMap map = isTruncated
                ? GeneratorMap.cayleyNeumann(
                        PoetLayers.order(golden.integer("num_cayley_neumann_terms")), CayleyStep.NEGATIVE_FULL)
                : GeneratorMap.cayley(CayleyStep.NEGATIVE_FULL);
        Matrix v = golden.input("v", mode);
        double epsilon = golden.isSet("cayley_neumann_eps")
                ? radius(
                        golden.number("cayley_neumann_eps"),
                        Math.sqrt(2) * Dense.of(v).frobenius())
                : Double.POSITIVE_INFINITY;
        OftOptions options = OftOptions.DEFAULT.withBlocks(r, 1).withMap(map).withEpsilon(epsilon);
        Matrix product = PoetLayers.result(v.dtype(), r, r);
        OftLayer layer = OftLayer.of(iso, options, OftLayers.identity(v.dtype(), r));
        Matrix generators = layer.parameters().generators().getFirst();
        for (int i = 0; i < SkewMatrix.packedLength(r); i++) {
            generators.set(0, i, v.rows() == 1 ? v.get(0, i) : v.get(i, 0));
        }
        layer.weight(product);
        scaleRows(golden, mode, "b", product);
        scaleRows(golden, mode, "a", product.transposed());
        out.put("R", product);
    }

    /** The published projection divides by a norm that is larger by 10⁻¹². */
    private static double radius(double epsilon, double norm) {
        return epsilon * norm / (norm + 1e-12);
    }

    private static void scaleRows(GoldenCase golden, GoldenMode mode, String name, Matrix m) {
        if (!golden.inputs().contains(name)) {
            return;
        }
        Matrix factors = golden.input(name, mode);
        for (int i = 0; i < m.rows(); i++) {
            double factor = factors.rows() == 1 ? factors.get(0, i) : factors.get(i, 0);
            for (int j = 0; j < m.columns(); j++) {
                m.set(i, j, factor * m.get(i, j));
            }
        }
    }
}
