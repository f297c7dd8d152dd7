package org.isospin.peft;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.SequencedMap;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.isospin.checkpoint.Checkpoint;
import org.isospin.checkpoint.CheckpointFormatException;
import org.isospin.checkpoint.Safetensors;
import org.isospin.checkpoint.TensorView;
import org.isospin.peft.AdapterConfig.Kind;

/**
 * An open OFT or BOFT adapter: a folder with {@code adapter_config.json} and {@code adapter_model.safetensors}, mapped. Immutable and
 * safe for concurrent readers; its modules live until it is closed.
 *
 * <p>Tensors are {@code base_model.model.MODULE.oft_R.weight}, or without {@code .weight}, a row of b(b − 1)/2 numbers for each block;
 * {@code MODULE.boft_R} of m × blocks × b × b and {@code MODULE.boft_s} of outputs × 1. Others replace tensors of the base: trained
 * biases, and modules that were saved whole.
 *
 * <p>Adapted embeddings and convolutions, and whatever else of an adapter is not known here, are refused rather than left out.
 */
public final class Adapter implements AutoCloseable {
    /** The name of the tensors' file in an adapter's folder. */
    public static final String FILE = "adapter_model.safetensors";

    /** What PEFT puts before every name. */
    static final String PREFIX = "base_model.model.";

    static final String OFT = ".oft_R.weight";
    static final String BOFT = ".boft_R";
    static final String BOFT_SCALE = ".boft_s";
    /** OFT of trainers that have no module for it. */
    private static final String OFT_PLAIN = ".oft_R";

    private static final Pattern OF_ADAPTERS =
            Pattern.compile("(^|\\.)(b?oft|lora|psoft|hra|loha|hada|lokr|vera|vblora|ia3|dora|ada)_\\w+(\\.|$)");
    private static final Pattern WRAPPERS = Pattern.compile("\\.(base_layer|modules_to_save)(?=\\.)");

    private final AdapterConfig config;
    private final Checkpoint file;
    private final SequencedMap<String, AdapterModule> modules;
    private final SequencedMap<String, TensorView> replacements;

    private Adapter(
            AdapterConfig config,
            Checkpoint file,
            SequencedMap<String, AdapterModule> modules,
            SequencedMap<String, TensorView> replacements) {
        this.config = config;
        this.file = file;
        this.modules = Collections.unmodifiableSequencedMap(modules);
        this.replacements = Collections.unmodifiableSequencedMap(replacements);
    }

    /**
     * Opens an adapter.
     *
     * @param folder with both files
     * @return the adapter
     * @throws CheckpointFormatException if the files do not tell which rotations are meant, or break a rule of their formats
     * @throws IOException if they cannot be read
     */
    public static Adapter open(Path folder) throws IOException {
        AdapterConfig config = AdapterConfig.read(folder.resolve(AdapterConfig.FILE));
        Path tensors = folder.resolve(FILE);
        if (!Files.exists(tensors) && Files.exists(folder.resolve("adapter_model.bin"))) {
            throw new CheckpointFormatException(
                    folder.toString(),
                    "adapter_model.bin",
                    "only " + FILE + " is read; save the adapter as safetensors");
        }
        Checkpoint file = Safetensors.open(tensors);
        Adapter adapter = null;
        try {
            adapter = sort(config, file, tensors.toString());
            return adapter;
        } finally {
            if (adapter == null) {
                file.close();
            }
        }
    }

    private static Adapter sort(AdapterConfig config, Checkpoint file, String origin) throws CheckpointFormatException {
        SequencedMap<String, AdapterModule> modules = new LinkedHashMap<>();
        SequencedMap<String, TensorView> replacements = new LinkedHashMap<>();
        // By name, so that the order does not depend on types.
        TreeMap<String, TensorView> sorted = new TreeMap<>();
        file.tensors().forEach(tensor -> sorted.put(tensor.name(), tensor));
        for (TensorView tensor : sorted.values()) {
            String name = tensor.name();
            String bare = name.startsWith(PREFIX) ? name.substring(PREFIX.length()) : name;
            if (config.kind() == Kind.OFT && (bare.endsWith(OFT) || bare.endsWith(OFT_PLAIN))) {
                String module = bare.substring(0, bare.lastIndexOf(OFT_PLAIN));
                put(modules, AdapterModule.oft(origin, config, module, tensor), origin, tensor);
            } else if (config.kind() == Kind.BOFT && bare.endsWith(BOFT)) {
                String module = bare.substring(0, bare.length() - BOFT.length());
                TensorView scale = sorted.get(name.substring(0, name.length() - BOFT.length()) + BOFT_SCALE);
                put(modules, AdapterModule.boft(origin, config, module, tensor, scale), origin, tensor);
            } else if (config.kind() == Kind.BOFT && bare.endsWith(BOFT_SCALE)) {
                String rotation = name.substring(0, name.length() - BOFT_SCALE.length()) + BOFT;
                if (!sorted.containsKey(rotation)) {
                    throw new CheckpointFormatException(origin, name, "there is no " + rotation);
                }
            } else if (OF_ADAPTERS.matcher(bare).find()) {
                throw new CheckpointFormatException(origin, name, refusal(config, bare));
            } else {
                replacements.put(WRAPPERS.matcher(bare).replaceAll(""), tensor);
            }
        }
        if (modules.isEmpty()) {
            throw new CheckpointFormatException(origin, "header", "there is no tensor of " + config.kind());
        }
        return new Adapter(config, file, modules, replacements);
    }

    private static void put(
            SequencedMap<String, AdapterModule> modules, AdapterModule module, String origin, TensorView tensor)
            throws CheckpointFormatException {
        if (modules.putIfAbsent(module.name(), module) != null) {
            throw new CheckpointFormatException(origin, tensor.name(), "is the second of module " + module.name());
        }
    }

    private static String refusal(AdapterConfig config, String name) {
        if (name.contains("oft_embedding_R")) {
            return "an adapted embedding, which is not supported";
        }
        if (name.contains(".oft_r")) {
            return "PEFT of this name keeps full matrices, which it merged by another rule; train anew with PEFT 0.18 or"
                    + " later";
        }
        return "is not known to be a part of " + config.kind() + ", and what is left out would be missing";
    }

    /** {@return how it was made} */
    public AdapterConfig config() {
        return config;
    }

    /** {@return what is rotated, by the names of modules in the base, sorted} */
    public SequencedMap<String, AdapterModule> modules() {
        return modules;
    }

    /** {@return tensors that replace those of the base, by the names there, sorted} */
    public SequencedMap<String, TensorView> replacements() {
        return replacements;
    }

    /** Unmaps the file. */
    @Override
    public void close() {
        file.close();
    }
}
