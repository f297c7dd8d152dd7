package org.isospin.properties.golden;

import java.util.Arrays;
import java.util.List;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.optim.Orientation;
import org.isospin.properties.Dense;
import org.isospin.properties.Generators;
import org.isospin.reparam.BaseStorage;
import org.isospin.reparam.Permutations;
import org.isospin.reparam.PoetLayer;
import org.isospin.reparam.PoetOptions;
import org.isospin.reparam.Primitive;
import org.isospin.reparam.WeightSide;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.GeneratorMap;

/** Layers with the permutations of published runs, which list a base as the blocks see it. */
final class PoetLayers {
    private PoetLayers() {}

    /** {@return the map of a variant: the published kernel, or what stands in for it where that cannot run} */
    static GeneratorMap map(String variant) {
        return variant.equals("kernel")
                ? GeneratorMap.cayleyNeumann(3, CayleyStep.FULL)
                : GeneratorMap.cayleySeries(4, CayleyStep.FULL);
    }

    /** {@return the order of the map that a published number of terms, 3 or more, stands for: 3 and 4 are the same} */
    static int order(int terms) {
        return Math.max(2, terms - 2);
    }

    static int[] integers(double[] numbers) {
        return Arrays.stream(numbers).mapToInt(x -> (int) x).toArray();
    }

    /** {@return permutations by the number of merges before them} */
    static Permutations listed(List<int[]> out, List<int[]> in) {
        return (side, merges, order) -> (side == WeightSide.OUTPUT ? out : in).get(merges);
    }

    static PoetOptions options(Primitive primitive, GeneratorMap map, Permutations permutations) {
        return new PoetOptions(
                primitive, map, permutations, PoetOptions.Memory.KEEP, new BaseStorage.Plain(), Orientation.OUT_IN);
    }

    /** {@return B(out(i), in(j)) at (i, j)} */
    static Matrix permuted(Matrix b, int[] out, int[] in) {
        Matrix w = result(b.dtype(), b.rows(), b.columns());
        for (int i = 0; i < out.length; i++) {
            for (int j = 0; j < in.length; j++) {
                w.set(i, j, b.get(out[i], in[j]));
            }
        }
        return w;
    }

    /** {@return the base as the blocks see it} */
    static Matrix stored(PoetLayer layer, int[] out, int[] in) {
        Matrix base = result(layer.dtype(), layer.outputs(), layer.inputs());
        layer.base(base);
        return permuted(base, inverse(out), inverse(in));
    }

    static Matrix weight(PoetLayer layer) {
        Matrix w = result(layer.dtype(), layer.outputs(), layer.inputs());
        layer.weight(w);
        return w;
    }

    static Matrix spectrum(Isospin iso, Matrix m) {
        Matrix values = result(m.dtype(), 1, Math.min(m.rows(), m.columns()));
        iso.singularValues(m, values);
        return values;
    }

    static int[] inverse(int[] permutation) {
        int[] inverse = new int[permutation.length];
        for (int i = 0; i < inverse.length; i++) {
            inverse[permutation[i]] = i;
        }
        return inverse;
    }

    static Matrix result(DType dtype, int rows, int columns) {
        return Generators.garbage(Matrix.allocate(dtype, rows, columns));
    }

    static Matrix difference(Matrix a, Matrix b) {
        return Dense.of(a).plus(-1, Dense.of(b)).to(a.dtype());
    }
}
