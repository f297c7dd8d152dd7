package org.isospin.properties.golden;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import org.isospin.DType;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewBatch;
import org.isospin.SkewMatrix;
import org.isospin.merge.AdapterMerge;
import org.isospin.merge.DeltaMerge;
import org.isospin.merge.EuclideanMerge;
import org.isospin.merge.GeneratorMean;
import org.isospin.merge.OrthoMerge;
import org.isospin.merge.OrthoMergeOptions;
import org.isospin.merge.TaskArithmetic;
import org.isospin.merge.Ties;
import org.isospin.merge.TsvM;
import org.isospin.properties.Dense;
import org.isospin.properties.Generators;
import org.isospin.rotation.CayleyStep;

/**
 * Group orthomerge: adapters merged in the Lie algebra (oft), rotations of one matrix and their mean (fn), and whole models of two
 * matrices and a vector (model), of which the base rotated (ortho), what is left of each expert (delta), its merge and the sum.
 */
final class OrthoMerges implements GroupRunner {
    @Override
    public void run(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        switch (golden.name().split("_", -1)[0]) {
            case "oft" -> adapters(iso, golden, mode, out);
            case "fn" -> rotations(iso, golden, mode, out);
            default -> model(iso, golden, mode, out);
        }
    }

    private static double[] ones(int count) {
        double[] ones = new double[count];
        Arrays.fill(ones, 1);
        return ones;
    }

    private static Matrix garbage(Matrix like, int rows, int columns) {
        return Generators.garbage(Matrix.allocate(like.dtype(), rows, columns));
    }

    private static void adapters(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        int order = golden.integer("block_size");
        List<SkewBatch> experts = new ArrayList<>();
        for (int i = 0; i < golden.integer("tasks"); i++) {
            experts.add(SkewBatch.wrap(order, golden.input("v_" + i, mode)));
        }
        SkewBatch merged = SkewBatch.allocate(experts.getFirst().dtype(), golden.integer("blocks"), order);
        Generators.garbage(merged.packed());
        AdapterMerge.merge(iso, experts, ones(experts.size()), GeneratorMean.DEFAULT, merged);
        Matrix dense = garbage(merged.packed(), merged.count() * order, order);
        for (int i = 0; i < merged.count(); i++) {
            merged.get(i).toDense().copyTo(dense.view(i * order, 0, order, order));
        }
        out.put("merged_params", merged.packed());
        out.put("merged_skew", dense);
    }

    private static void rotations(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        GeneratorMean mean = GeneratorMean.DEFAULT
                .withDirection(
                        golden.text("direction_weight").equals("uniform")
                                ? GeneratorMean.Direction.UNIFORM
                                : GeneratorMean.Direction.BY_SIZE)
                .withMagnitude(
                        GeneratorMean.Magnitude.valueOf(golden.text("theta_agg").toUpperCase(Locale.ROOT)));
        OrthoMergeOptions options = OrthoMergeOptions.DEFAULT.withMean(mean);
        Matrix base = golden.input("W0", mode);
        int n = base.columns();
        List<Matrix> experts = new ArrayList<>();
        List<SkewBatch> generators = new ArrayList<>();
        for (int i = 1; i <= golden.integer("tasks"); i++) {
            Matrix expert = golden.input("W_" + i, mode);
            Matrix r = garbage(base, n, n);
            SkewMatrix a = SkewMatrix.allocate(base.dtype(), n);
            decouple(iso, base, List.of(expert), options, r, new ArrayList<>());
            iso.inverseCayley(r, CayleyStep.FULL, a);
            out.put("R_" + i, r);
            out.put("A_" + i, a.toDense());
            experts.add(expert);
            generators.add(SkewBatch.wrap(n, a.packed()));
        }
        SkewBatch merged = SkewBatch.allocate(base.dtype(), 1, n);
        AdapterMerge.merge(iso, generators, ones(generators.size()), mean, merged);
        Matrix r = garbage(base, n, n);
        Matrix rotated = decouple(iso, base, experts, options, r, new ArrayList<>());
        out.put("A_merged", merged.get(0).toDense());
        out.put("R_merged", r);
        out.put("W_merged", rotated);
    }

    private static Matrix decouple(
            Isospin iso,
            Matrix base,
            List<Matrix> experts,
            OrthoMergeOptions options,
            Matrix rotation,
            List<Matrix> residuals) {
        Matrix rotated = garbage(base, base.rows(), base.columns());
        for (Matrix expert : experts) {
            residuals.add(garbage(expert, expert.rows(), expert.columns()));
        }
        OrthoMerge.decouple(iso, base, experts, ones(experts.size()), options, rotation, rotated, residuals);
        return rotated;
    }

    /** A tensor of a model: the base rotated, and what is left of each expert. */
    private record Tensor(String key, Matrix base, List<Matrix> experts, Matrix rotated, List<Matrix> residuals) {
        boolean isVector() {
            return base.rows() == 1;
        }
    }

    private static void model(Isospin iso, GoldenCase golden, GoldenMode mode, Computed out) {
        OrthoMergeOptions options = OrthoMergeOptions.DEFAULT
                .withTargets(
                        golden.text("variant").equals("C")
                                ? OrthoMergeOptions.Targets.CONFLICTS
                                : OrthoMergeOptions.Targets.EXPERTS)
                .withConflictThreshold(golden.number("conflict_threshold"));
        int tasks = golden.integer("tasks");
        double scale = golden.number("residual_coefficient");
        List<Tensor> tensors = golden.inputs().stream()
                .filter(name -> name.startsWith("base."))
                .map(name -> name.substring("base.".length()))
                .sorted()
                .map(key -> tensor(iso, golden, mode, options, key))
                .toList();
        switch (golden.text("residual")) {
            case "TA" -> {
                for (Tensor tensor : tensors) {
                    each(iso, tensor, options, new TaskArithmetic(1), scale, new TaskArithmetic(scale), out);
                }
            }
            case "TSVM" -> {
                for (Tensor tensor : tensors) {
                    // What is not a matrix is averaged.
                    DeltaMerge whole = tensor.isVector() ? new TaskArithmetic(1.0 / tasks) : new TsvM(1);
                    DeltaMerge scaled = tensor.isVector() ? new TaskArithmetic(scale / tasks) : new TsvM(scale);
                    each(iso, tensor, options, whole, scale, scaled, out);
                }
            }
            default -> together(iso, tensors, new Ties(golden.number("ties_keep"), scale), out);
        }
        for (Tensor tensor : tensors) {
            out.put("ortho." + tensor.key, tensor.rotated);
            for (int i = 0; i < tasks; i++) {
                out.put("delta" + (i + 1) + "." + tensor.key, tensor.residuals.get(i));
            }
        }
    }

    private static Tensor tensor(
            Isospin iso, GoldenCase golden, GoldenMode mode, OrthoMergeOptions options, String key) {
        Matrix base = golden.input("base." + key, mode);
        List<Matrix> experts = new ArrayList<>();
        for (int i = 1; i <= golden.integer("tasks"); i++) {
            experts.add(golden.input("task" + i + "." + key, mode));
        }
        List<Matrix> residuals = new ArrayList<>();
        if (base.rows() > 1) {
            Matrix rotation = garbage(base, base.columns(), base.columns());
            return new Tensor(
                    key, base, experts, decouple(iso, base, experts, options, rotation, residuals), residuals);
        }
        for (Matrix expert : experts) {
            residuals.add(sum(expert, -1, base));
        }
        return new Tensor(key, base, experts, base, residuals);
    }

    private static Matrix sum(Matrix a, double factor, Matrix b) {
        return Dense.of(a).plus(factor, Dense.of(b)).to(a.dtype());
    }

    /** One tensor on its own, its residuals merged without the scale; the sum in one call as well. */
    private static void each(
            Isospin iso,
            Tensor tensor,
            OrthoMergeOptions options,
            DeltaMerge unscaled,
            double scale,
            DeltaMerge scaled,
            Computed out) {
        Matrix base = tensor.base;
        double[] weights = ones(tensor.experts.size());
        Matrix merged = garbage(base, base.rows(), base.columns());
        EuclideanMerge.changes(iso, tensor.residuals, weights, unscaled, merged);
        out.put("merged_delta." + tensor.key, merged);
        out.put("final." + tensor.key, "parts", sum(tensor.rotated, scale, merged));
        Matrix whole = garbage(base, base.rows(), base.columns());
        if (tensor.isVector()) {
            EuclideanMerge.merge(iso, base, tensor.experts, weights, scaled, whole);
        } else {
            OrthoMerge.merge(iso, base, tensor.experts, weights, options, scaled, whole);
        }
        out.put("final." + tensor.key, "one call", whole);
    }

    /** All tensors as one, in the order of their names. */
    private static void together(Isospin iso, List<Tensor> tensors, DeltaMerge method, Computed out) {
        int total = (int) tensors.stream().mapToLong(t -> t.base.elements()).sum();
        Tensor first = tensors.getFirst();
        DType dtype = first.base.dtype();
        List<Matrix> changes = new ArrayList<>();
        for (int i = 0; i < first.experts.size(); i++) {
            int expert = i;
            Matrix flat = Matrix.allocate(dtype, 1, total);
            flatten(tensors.stream().map(t -> t.residuals.get(expert)).toList(), flat, Way.IN);
            changes.add(flat);
        }
        Matrix flat = garbage(first.base, 1, total);
        EuclideanMerge.changes(iso, changes, ones(changes.size()), method, flat);
        List<Matrix> merged = tensors.stream()
                .map(t -> garbage(t.base, t.base.rows(), t.base.columns()))
                .toList();
        flatten(merged, flat, Way.OUT);
        for (int i = 0; i < merged.size(); i++) {
            Tensor tensor = tensors.get(i);
            out.put("merged_delta." + tensor.key, merged.get(i));
            out.put("final." + tensor.key, sum(tensor.rotated, 1, merged.get(i)));
        }
    }

    private enum Way {
        IN,
        OUT
    }

    /** Copies matrices, one of each tensor, into or out of a row. */
    private static void flatten(List<Matrix> parts, Matrix flat, Way way) {
        int at = 0;
        for (Matrix part : parts) {
            for (int i = 0; i < part.rows(); i++) {
                Matrix slice = flat.view(0, at, 1, part.columns());
                if (way == Way.IN) {
                    part.row(i).copyTo(slice);
                } else {
                    slice.copyTo(part.row(i));
                }
                at += part.columns();
            }
        }
    }
}
