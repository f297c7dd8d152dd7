package org.isospin.bench.merge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.isospin.bench.cli.TensorOption;
import org.isospin.bench.model.Model;
import org.isospin.checkpoint.TensorView;
import org.jspecify.annotations.Nullable;

/**
 * Experts that are merged.
 *
 * @param experts at least one, open
 * @param base open; null if it is their mean
 * @param plan what becomes of each tensor
 */
record MergeJob(List<Model> experts, @Nullable Model base, List<Treatment> plan) implements ModelCommand.Job {
    static MergeJob open(List<Path> experts, @Nullable Path base, TensorOption tensors, MatrixMerge merge)
            throws IOException {
        List<Model> models = new ArrayList<>();
        Model origin = null;
        MergeJob job = null;
        try {
            for (Path expert : experts) {
                models.add(Model.open(expert));
            }
            origin = base == null ? null : Model.open(base);
            Model first = models.getFirst();
            var matrices = tensors.matrices(first.tensors().values(), first.path()).stream()
                    .map(TensorView::name)
                    .collect(Collectors.toSet());
            job = new MergeJob(models, origin, new Plan(models, origin, matrices, merge).treatments());
            return job;
        } finally {
            if (job == null) {
                close(models, origin);
            }
        }
    }

    /** {@return those of all experts, the first's where they differ} */
    @Override
    public Map<String, String> metadata() {
        Map<String, String> metadata = new LinkedHashMap<>();
        experts.forEach(expert -> expert.metadata().forEach(metadata::putIfAbsent));
        return metadata;
    }

    @Override
    public void close() {
        close(experts, base);
    }

    private static void close(List<Model> experts, @Nullable Model base) {
        experts.forEach(Model::close);
        if (base != null) {
            base.close();
        }
    }
}
