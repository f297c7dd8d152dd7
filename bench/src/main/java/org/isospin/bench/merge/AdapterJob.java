package org.isospin.bench.merge;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.bench.merge.Treatment.Action;
import org.isospin.bench.merge.Treatment.Work;
import org.isospin.bench.model.Model;
import org.isospin.checkpoint.TensorView;
import org.isospin.peft.AdapterModule;
import org.isospin.peft.AdapterWriter;
import org.jspecify.annotations.Nullable;

/**
 * Adapters that are merged with one another, and into a base if there is one; without it the result is an adapter.
 *
 * @param adapters open
 * @param base open, or null
 * @param plan what becomes of each tensor
 */
record AdapterJob(AdapterSet adapters, @Nullable Model base, List<Treatment> plan) implements ModelCommand.Job {
    static AdapterJob open(AdapterSet adapters, Path base, AdapterPlan.Direction direction) throws IOException {
        Model model = Model.open(base);
        AdapterJob job = null;
        try {
            job = new AdapterJob(adapters, model, new AdapterPlan(model, adapters, direction).treatments());
            return job;
        } finally {
            if (job == null) {
                model.close();
            }
        }
    }

    /** {@return the job that makes an adapter, which has the first one's types and configuration} */
    static AdapterJob withoutBase(AdapterSet adapters) {
        List<Treatment> plan = new ArrayList<>();
        for (AdapterModule module : adapters.modules().values()) {
            Work work = new Work() {
                @Override
                public double cost() {
                    return module.tensor().flattened().elements();
                }

                @Override
                public String apply(Isospin iso, Arena arena, Matrix out) {
                    AdapterSet.Rotation rotation = adapters.rotation(iso, module.name());
                    rotation.parameters().factors().getFirst().blocks().packed().copyTo(out);
                    return rotation.note();
                }
            };
            plan.add(Treatment.compute(Action.MERGE, module.tensor(), work, adapters.owners(module.name())));
        }
        adapters.replacements().forEach((name, tensors) -> plan.add(replacement(adapters, name, tensors)));
        return new AdapterJob(adapters, null, plan);
    }

    private static Treatment replacement(AdapterSet adapters, String name, List<TensorView> tensors) {
        TensorView first = tensors.getFirst();
        if (tensors.stream().allMatch(other -> Plan.isSame(other, first))) {
            return Treatment.copy(first, "equal in all that have it");
        }
        boolean isMean = tensors.stream()
                .allMatch(other -> other.isFlattenable() && java.util.Arrays.equals(other.shape(), first.shape()));
        return isMean
                ? Treatment.compute(
                        Action.AVERAGE, first, MatrixMerge.averaged(tensors, adapters.weights(name)), "no rotation")
                : Treatment.refuse(first, "adapters have it in shapes or types that have no mean");
    }

    @Override
    public Map<String, String> metadata() {
        return base == null ? Map.of("format", "pt") : base.metadata();
    }

    @Override
    public void write(StreamedModel model, Path output) throws IOException {
        if (base == null) {
            AdapterWriter.write(output, adapters.first().config(), file -> model.write(plan, metadata(), file));
        } else {
            model.write(plan, metadata(), output);
        }
    }

    @Override
    public void close() {
        adapters.close();
        if (base != null) {
            base.close();
        }
    }
}
