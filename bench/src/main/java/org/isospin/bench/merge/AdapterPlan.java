package org.isospin.bench.merge;

import java.lang.foreign.Arena;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.bench.cli.UsageException;
import org.isospin.bench.merge.Treatment.Action;
import org.isospin.bench.merge.Treatment.Work;
import org.isospin.bench.model.Model;
import org.isospin.checkpoint.TensorView;
import org.isospin.optim.Orientation;
import org.isospin.peft.AdapterModule;
import org.isospin.reparam.OftMerge;

/**
 * Decides what adapters do to every tensor of a base: weights of their modules are turned, tensors that adapters have whole are
 * replaced, others are copied.
 */
final class AdapterPlan {
    /** Which way. */
    enum Direction {
        /** Adapters are folded into the base. */
        MERGE,
        /** They are taken out of a model that they were folded into. */
        UNMERGE
    }

    private final Model base;
    private final AdapterSet adapters;
    private final Direction direction;

    AdapterPlan(Model base, AdapterSet adapters, Direction direction) {
        this.base = base;
        this.adapters = adapters;
        this.direction = direction;
    }

    /** {@return one of each tensor of the base} */
    List<Treatment> treatments() {
        Map<String, AdapterModule> turned = new HashMap<>();
        for (AdapterModule module : adapters.modules().values()) {
            String name = find(module.name() + ".weight");
            if (turned.put(name, module) != null) {
                throw new UsageException(base.path() + ": " + name + " is what several modules of adapters mean");
            }
        }
        Map<String, List<TensorView>> replaced = new HashMap<>();
        Map<String, String> names = new HashMap<>();
        adapters.replacements().forEach((name, tensors) -> {
            replaced.put(find(name), tensors);
            names.put(find(name), name);
        });
        List<Treatment> all = new ArrayList<>();
        for (TensorView tensor : base.tensors().values()) {
            AdapterModule module = turned.get(tensor.name());
            List<TensorView> instead = replaced.get(tensor.name());
            if (module != null) {
                all.add(turned(tensor, module));
            } else if (instead != null) {
                all.add(replaced(tensor, instead, adapters.weights(Objects.requireNonNull(names.get(tensor.name())))));
            } else {
                all.add(Treatment.copy(tensor, "not adapted"));
            }
        }
        return all;
    }

    /** {@return the tensor that a name means: itself, or the only one that has more or less in front of it} */
    private String find(String name) {
        if (base.tensors().containsKey(name)) {
            return name;
        }
        List<String> found = base.tensors().keySet().stream()
                .filter(other -> other.endsWith("." + name) || name.endsWith("." + other))
                .toList();
        if (found.size() != 1) {
            throw new UsageException(base.path() + ": has " + (found.isEmpty() ? "no tensor " : "several tensors for ")
                    + name + ", which an adapter is for");
        }
        return found.getFirst();
    }

    private Treatment turned(TensorView tensor, AdapterModule module) {
        if (!tensor.isMatrix() || tensor.dimensions() != 2) {
            return Treatment.refuse(tensor, "an adapter turns it, and it is no matrix of F32, F64, BF16 or F16");
        }
        Matrix weight = tensor.matrix();
        boolean isOutIn = module.options().orientation() == Orientation.OUT_IN;
        int inputs = isOutIn ? weight.columns() : weight.rows();
        int outputs = isOutIn ? weight.rows() : weight.columns();
        int b = module.options().blockSize();
        if (module.inputs() == 0 ? inputs % b != 0 : module.inputs() != inputs) {
            return Treatment.refuse(
                    tensor,
                    "the adapter turns "
                            + (module.inputs() == 0 ? "multiples of " + b : Integer.toString(module.inputs()))
                            + " inputs, and it has " + inputs);
        }
        if (module.outputs() != 0 && module.outputs() != outputs) {
            return Treatment.refuse(
                    tensor, "the adapter scales " + module.outputs() + " outputs, and it has " + outputs);
        }
        Work work = new Work() {
            @Override
            public double cost() {
                return 2.0 * weight.elements() * b * module.options().factors();
            }

            @Override
            public String apply(Isospin iso, Arena arena, Matrix out) {
                AdapterSet.Rotation rotation = adapters.rotation(iso, module.name());
                if (direction == Direction.MERGE) {
                    OftMerge.merge(iso, rotation.options(), rotation.parameters(), weight, out);
                } else {
                    OftMerge.unmerge(iso, rotation.options(), rotation.parameters(), weight, out);
                }
                return rotation.note();
            }
        };
        return Treatment.compute(Action.ROTATE, tensor, work, adapters.owners(module.name()));
    }

    private Treatment replaced(TensorView tensor, List<TensorView> instead, double[] weights) {
        if (direction == Direction.UNMERGE) {
            return Treatment.refuse(tensor, "an adapter had replaced it, and no file has what it was");
        }
        TensorView first = instead.getFirst();
        for (TensorView other : instead) {
            if (!Arrays.equals(other.shape(), tensor.shape())) {
                return Treatment.refuse(tensor, "an adapter has " + other + " to take its place");
            }
        }
        if (instead.stream().allMatch(other -> Plan.isSame(other, first)) && first.type() == tensor.type()) {
            return new Treatment(Action.REPLACE, first.renamed(tensor.name()), null, "an adapter has it whole");
        }
        if (!tensor.isFlattenable() || !instead.stream().allMatch(TensorView::isFlattenable)) {
            return Treatment.refuse(tensor, "adapters have it whole, in types that have no mean");
        }
        Work mean = MatrixMerge.averaged(instead, weights);
        return Treatment.compute(Action.AVERAGE, tensor, mean, "adapters have it whole");
    }
}
