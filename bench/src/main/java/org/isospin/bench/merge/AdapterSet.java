package org.isospin.bench.merge;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.isospin.Isospin;
import org.isospin.Matrix;
import org.isospin.SkewBatch;
import org.isospin.bench.cli.UsageException;
import org.isospin.checkpoint.TensorView;
import org.isospin.merge.AdapterMerge;
import org.isospin.merge.GeneratorMean;
import org.isospin.merge.Rewinding;
import org.isospin.peft.Adapter;
import org.isospin.peft.AdapterConfig.Kind;
import org.isospin.peft.AdapterModule;
import org.isospin.reparam.OftMerge;
import org.isospin.reparam.OftOptions;
import org.isospin.reparam.OftParameters;
import org.isospin.rotation.CayleyStep;
import org.jspecify.annotations.Nullable;

/**
 * Adapters that are merged in one, module by module, in the Lie algebra; a module that an adapter does not have it does not turn.
 * Closed with them all.
 */
final class AdapterSet implements AutoCloseable {
    private final List<Adapter> adapters;
    private final double[] weights;
    private final @Nullable Rewinding rewinding;
    /** Of every module, the first adapter's that has it, in the order of layers. */
    private final Map<String, AdapterModule> modules;

    private @Nullable Map<String, Double> factors;

    /**
     * The rotation of a module.
     *
     * @param options without a bound: it has been applied
     * @param parameters generators, and factors of outputs
     * @param note what the user should know, or nothing
     */
    record Rotation(OftOptions options, OftParameters parameters, String note) {}

    private AdapterSet(List<Adapter> adapters, double[] weights, @Nullable Rewinding rewinding) {
        this.adapters = adapters;
        this.weights = weights;
        this.rewinding = rewinding;
        this.modules = new TreeMap<>(new LayerOrder());
        for (Adapter adapter : adapters) {
            adapter.modules().values().forEach(module -> modules.putIfAbsent(module.name(), module));
        }
    }

    /** {@return open adapters whose generators mean the same} */
    static AdapterSet open(List<Path> folders, double[] weights, @Nullable Rewinding rewinding) throws IOException {
        List<Adapter> adapters = new ArrayList<>();
        AdapterSet set = null;
        try {
            for (Path folder : folders) {
                adapters.add(Adapter.open(folder));
            }
            AdapterSet made = new AdapterSet(adapters, weights, rewinding);
            made.check(folders);
            set = made;
            return made;
        } finally {
            if (set == null) {
                adapters.forEach(Adapter::close);
            }
        }
    }

    private void check(List<Path> folders) {
        Adapter first = adapters.getFirst();
        for (int i = 1; i < adapters.size(); i++) {
            Adapter other = adapters.get(i);
            if (!other.config().hasRotationsOf(first.config())) {
                throw new UsageException(folders.get(i) + ": is " + other.config() + ", while " + folders.getFirst()
                        + " is " + first.config() + ": the same generators would mean different rotations");
            }
            for (AdapterModule module : other.modules().values()) {
                AdapterModule like = modules.get(module.name());
                if (like != null
                        && (like.inputs() != module.inputs()
                                || like.options().blockSize()
                                        != module.options().blockSize())) {
                    throw new UsageException(
                            folders.get(i) + ": has " + module + ", another adapter has " + like.tensor());
                }
            }
        }
        boolean isButterfly = first.config().kind() == Kind.BOFT;
        if (isButterfly && (adapters.size() > 1 || rewinding != null)) {
            throw new UsageException(
                    folders.getFirst() + ": butterflies are products, which have no mean and no strength in the Lie"
                            + " algebra; one BOFT adapter is merged at a time, and not rewound");
        }
    }

    /** {@return of every module, the first adapter's that has it, in the order of layers} */
    Map<String, AdapterModule> modules() {
        return modules;
    }

    /** {@return the first adapter} */
    Adapter first() {
        return adapters.getFirst();
    }

    /** {@return how many adapters there are} */
    int size() {
        return adapters.size();
    }

    /** {@return which adapters have a module, for users; nothing if all do} */
    String owners(String module) {
        List<String> owners = new ArrayList<>();
        for (int i = 0; i < adapters.size(); i++) {
            if (adapters.get(i).modules().containsKey(module)) {
                owners.add(Integer.toString(i + 1));
            }
        }
        return owners.size() == adapters.size()
                ? ""
                : "of " + adapters.size() + " adapters only " + String.join(", ", owners);
    }

    /** {@return by names of the base, what adapters have to take a tensor's place} */
    Map<String, List<TensorView>> replacements() {
        Map<String, List<TensorView>> all = new LinkedHashMap<>();
        for (Adapter adapter : adapters) {
            adapter.replacements()
                    .forEach((name, tensor) ->
                            all.computeIfAbsent(name, _ -> new ArrayList<>()).add(tensor));
        }
        return all;
    }

    /** {@return the weights of the adapters that have a replacement} */
    double[] weights(String replacement) {
        List<Double> some = new ArrayList<>();
        for (int i = 0; i < adapters.size(); i++) {
            if (adapters.get(i).replacements().containsKey(replacement)) {
                some.add(weights[i]);
            }
        }
        return some.stream().mapToDouble(w -> w).toArray();
    }

    /** {@return what turns a module, rewound} */
    Rotation rotation(Isospin iso, String module) {
        Rotation merged = merged(iso, module);
        double factor = rewinding == null
                ? 1
                : Objects.requireNonNull(factors(iso, rewinding).get(module));
        if (factor != 1) {
            merged.parameters.generators().forEach(m -> scale(factor, m));
        }
        return merged;
    }

    private Rotation merged(Isospin iso, String module) {
        AdapterModule like = Objects.requireNonNull(modules.get(module));
        OftOptions bounded = like.options();
        List<SkewBatch> generators = new ArrayList<>();
        OftParameters out = null;
        for (Adapter adapter : adapters) {
            AdapterModule own = adapter.modules().get(module);
            OftParameters parameters = own == null ? like.parameters().allocateLike() : own.parameters();
            OftMerge.project(iso, bounded, parameters);
            generators.add(parameters.factors().getFirst().blocks());
            out = out == null ? parameters : out;
        }
        OftParameters merged = Objects.requireNonNull(out);
        String note = "";
        if (adapters.size() > 1) {
            GeneratorMean.Result result =
                    AdapterMerge.merge(iso, generators, weights, GeneratorMean.DEFAULT, generators.getFirst());
            note = result.isCancelled() ? "adapters cancel, it is not turned" : "";
        }
        return new Rotation(bounded.withEpsilon(Double.POSITIVE_INFINITY), merged, note);
    }

    private Map<String, Double> factors(Isospin iso, Rewinding rule) {
        if (factors == null) {
            double[] strengths = modules.keySet().stream()
                    .mapToDouble(module -> Rewinding.strength(
                            iso,
                            merged(iso, module).parameters.factors().getFirst().blocks(),
                            CayleyStep.FULL))
                    .toArray();
            double[] found = rule.factors(strengths);
            Map<String, Double> byName = new LinkedHashMap<>();
            int i = 0;
            for (String module : modules.keySet()) {
                byName.put(module, found[i++]);
            }
            factors = byName;
        }
        return factors;
    }

    private static void scale(double factor, Matrix m) {
        for (int i = 0; i < m.rows(); i++) {
            for (int j = 0; j < m.columns(); j++) {
                m.set(i, j, factor * m.get(i, j));
            }
        }
    }

    @Override
    public void close() {
        adapters.forEach(Adapter::close);
    }
}
