package org.isospin.bench.merge;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.bench.cli.TensorOption;
import org.isospin.bench.merge.Treatment.Action;
import org.isospin.bench.merge.Treatment.Work;
import org.isospin.bench.model.Model;
import org.isospin.checkpoint.TensorView;
import org.isospin.merge.ExpertRotation;
import org.isospin.merge.Interpolation;
import org.isospin.merge.OrthoMergeOptions;
import org.isospin.rotation.RotationPath;
import org.jspecify.annotations.Nullable;

/**
 * Two models and what lies between.
 *
 * @param from open
 * @param to open
 * @param plan what becomes of each tensor
 */
record InterpolationJob(Model from, Model to, List<Treatment> plan) implements ModelCommand.Job {
    /** A rotated result is taken to cost so many times its elements and its columns; see {@link MatrixMerge}. */
    private static final double ROTATIONS = 100;

    static InterpolationJob open(Path a, Path b, TensorOption tensors, @Nullable RotationPath path, double alpha)
            throws IOException {
        Model from = Model.open(a);
        Model to = null;
        InterpolationJob job = null;
        try {
            to = Model.open(b);
            Set<String> matrices = tensors.matrices(from.tensors().values(), a).stream()
                    .map(TensorView::name)
                    .collect(Collectors.toSet());
            List<Treatment> plan = new ArrayList<>();
            for (TensorView tensor : from.tensors().values()) {
                TensorView end = to.tensors().get(tensor.name());
                plan.add(treatment(tensor, end, matrices.contains(tensor.name()) ? path : null, alpha));
            }
            for (TensorView tensor : to.tensors().values()) {
                if (!from.tensors().containsKey(tensor.name())) {
                    plan.add(Treatment.copy(tensor, "only B has it"));
                }
            }
            job = new InterpolationJob(from, to, plan);
            return job;
        } finally {
            if (job == null) {
                from.close();
                if (to != null) {
                    to.close();
                }
            }
        }
    }

    private static Treatment treatment(
            TensorView start, @Nullable TensorView end, @Nullable RotationPath path, double alpha) {
        if (end == null) {
            return Treatment.copy(start, "only A has it");
        }
        if (!Arrays.equals(start.shape(), end.shape())) {
            return Treatment.refuse(start, "B has shape " + Arrays.toString(end.shape()));
        }
        if (Plan.isSame(start, end)) {
            return Treatment.copy(start, "equal in both");
        }
        if (!start.isFlattenable() || !end.isFlattenable()) {
            return Treatment.copy(start, "no floating point that has a mean, from A");
        }
        if (path == null) {
            return Treatment.compute(Action.BLEND, start, straight(start, end, alpha), "");
        }
        return Treatment.compute(Action.INTERPOLATE, start, turning(start, end, path, alpha), "");
    }

    private static Work straight(TensorView start, TensorView end, double alpha) {
        return new Work() {
            @Override
            public double cost() {
                return start.flattened().elements();
            }

            @Override
            public String apply(Isospin iso, Arena arena, Matrix out) {
                Interpolation.linear(iso, start.flattened(), end.flattened(), alpha, out);
                return "";
            }
        };
    }

    private static Work turning(TensorView start, TensorView end, RotationPath path, double alpha) {
        return new Work() {
            @Override
            public double cost() {
                return (double) start.matrix().elements() * start.matrix().columns() * ROTATIONS;
            }

            @Override
            public String apply(Isospin iso, Arena arena, Matrix out) {
                ExpertRotation rotation = Interpolation.rotated(
                        iso, start.matrix(), end.matrix(), path, OrthoMergeOptions.DEFAULT, alpha, out);
                return rotation.outcome() == ExpertRotation.Outcome.HALF_TURN
                        ? String.format(
                                Locale.ROOT, "turns by %.6f, as good as π: on the straight line", rotation.angle())
                        : "";
            }
        };
    }

    @Override
    public Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>(from.metadata());
        to.metadata().forEach(metadata::putIfAbsent);
        return metadata;
    }

    @Override
    public void close() {
        from.close();
        to.close();
    }
}
