package org.isospin.peft;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.isospin.checkpoint.CheckpointFormatException;
import org.isospin.io.JsonObject;
import org.isospin.optim.Orientation;
import org.isospin.reparam.OftOptions;
import org.isospin.rotation.CayleyStep;
import org.isospin.rotation.GeneratorMap;
import org.jspecify.annotations.Nullable;

/**
 * The {@code adapter_config.json} of an OFT or BOFT adapter (github.com/huggingface/peft), and what its numbers mean. Keys that have no
 * part in that are kept as they are.
 *
 * <p>The same generators mean different rotations under different versions and switches of PEFT. What {@link #read} and {@link #with}
 * accept means one thing; the rest is refused with the reason:
 *
 * <ul>
 *   <li>OFT without {@code oft_block_size}: of PEFT 0.13 or older, whose parameters are full matrices.
 *   <li>OFT without {@code use_cayley_neumann}: where it is false PEFT turns by (I − Q)(I + Q)⁻¹, where it is true by a truncation of
 *       (I + Q)(I − Q)⁻¹, the inverse.
 *   <li>OFT with {@code use_cayley_neumann}, but without {@code peft_version} 0.18.0 or later: older versions summed another series.
 * </ul>
 *
 * <p>Of the Neumann series, 1 term is I, 2 are I + 2Q, and t from 3 on are I + 2Q + … + 2Qᵏ + Qᵏ⁺¹ with k = max(2, t − 2): 3 and 4
 * are the same. Immutable.
 */
public final class AdapterConfig {
    /** The file's name in an adapter's folder. */
    public static final String FILE = "adapter_config.json";

    /** The kinds of adapters that are read. */
    public enum Kind {
        /** Orthogonal finetuning: block-diagonal rotations of inputs. */
        OFT,
        /** Butterflies of such, and factors of outputs. */
        BOFT
    }

    /** Who wrote what this class makes: the first version whose Neumann series is today's. */
    private static final String VERSION = "0.18.0";

    private final String origin;
    private final SequencedMap<String, @Nullable Object> values;
    private final Kind kind;

    private AdapterConfig(String origin, SequencedMap<String, @Nullable Object> values)
            throws CheckpointFormatException {
        this.origin = origin;
        this.values = values;
        this.kind = ConfigRules.check(this);
    }

    /**
     * {@return the configuration in a file}
     *
     * @param file of that format
     * @throws CheckpointFormatException if it is not of OFT or BOFT, or does not tell which rotations are meant; the message says why
     * @throws IOException if it cannot be read
     */
    public static AdapterConfig read(Path file) throws IOException {
        return new AdapterConfig(file.toString(), JsonObject.read(file));
    }

    /**
     * {@return OFT by PEFT's defaults: 5 terms of the Neumann series, no bound, blocks of their own}
     *
     * @param blockSize b; where it does not divide a layer's inputs, the nearest that does is taken
     */
    public static AdapterConfig oft(int blockSize) {
        SequencedMap<String, @Nullable Object> values = common(Kind.OFT);
        values.put("r", 0L);
        values.put("oft_block_size", (long) blockSize);
        values.put("module_dropout", 0.0);
        values.put("coft", false);
        values.put("eps", 6e-5);
        values.put("block_share", false);
        values.put("use_cayley_neumann", true);
        values.put("num_cayley_neumann_terms", 5L);
        return make(values);
    }

    /**
     * {@return BOFT by PEFT's defaults}
     *
     * @param blockSize b, a divisor of the layers' inputs
     * @param factors m of the butterfly
     */
    public static AdapterConfig boft(int blockSize, int factors) {
        SequencedMap<String, @Nullable Object> values = common(Kind.BOFT);
        values.put("boft_block_size", (long) blockSize);
        values.put("boft_block_num", 0L);
        values.put("boft_n_butterfly_factor", (long) factors);
        values.put("boft_dropout", 0.0);
        return make(values);
    }

    private static SequencedMap<String, @Nullable Object> common(Kind kind) {
        SequencedMap<String, @Nullable Object> values = new LinkedHashMap<>();
        values.put("peft_type", kind.name());
        values.put("peft_version", VERSION);
        values.put("base_model_name_or_path", null);
        values.put("task_type", null);
        values.put("inference_mode", true);
        values.put("target_modules", null);
        values.put("bias", "none");
        values.put("fan_in_fan_out", false);
        values.put("init_weights", true);
        values.put("modules_to_save", null);
        return values;
    }

    private static AdapterConfig make(SequencedMap<String, @Nullable Object> values) {
        try {
            return new AdapterConfig(FILE, values);
        } catch (CheckpointFormatException e) {
            throw new IllegalArgumentException(e.getMessage(), e);
        }
    }

    /**
     * {@return this configuration with another value}
     *
     * @param key as PEFT names it, such as {@code target_modules} or {@code coft}
     * @param value a text, a number, a truth, or a list or map of such
     * @throws IllegalArgumentException if the whole is then refused, as {@link #read} would
     */
    public AdapterConfig with(String key, Object value) {
        SequencedMap<String, @Nullable Object> changed = new LinkedHashMap<>(values);
        changed.put(key, value instanceof Integer i ? (Object) i.longValue() : value);
        return make(changed);
    }

    /**
     * Writes the file.
     *
     * @param file the file; replaced if it exists
     * @throws IOException if it cannot be written
     */
    public void write(Path file) throws IOException {
        JsonObject.write(file, values);
    }

    /** {@return which kind of adapter it is} */
    public Kind kind() {
        return kind;
    }

    /** {@return all keys and values, in the file's order: String, Long, Double, Boolean, List, Map or null} */
    public SequencedMap<String, @Nullable Object> values() {
        return Collections.unmodifiableSequencedMap(values);
    }

    /**
     * {@return the names of the modules that are adapted; of a pattern, the pattern alone; empty if it does not tell}
     */
    public List<String> targetModules() {
        return switch (values.get("target_modules")) {
            case String pattern -> List.of(pattern);
            case List<?> names -> names.stream().map(String::valueOf).toList();
            case null, default -> List.of();
        };
    }

    /**
     * {@return what a layer is made of} {@link OftOptions#dropout} is left to the caller: PEFT's OFT never applies its own.
     *
     * @param inputs n of the layer
     * @throws IllegalArgumentException if there are none, or the blocks do not fit
     */
    public OftOptions options(int inputs) {
        if (inputs < 1) {
            throw new IllegalArgumentException("an adapted layer has 1 input or more, not " + inputs);
        }
        int b = ConfigRules.blockSize(this, inputs);
        return kind == Kind.OFT ? blocks(b) : butterfly(b, integer("boft_n_butterfly_factor", 1));
    }

    /** {@return OFT in blocks of b} */
    OftOptions blocks(int blockSize) {
        OftOptions options = OftOptions.DEFAULT
                .withBlocks(blockSize, 1)
                .withMap(map())
                .withOrientation(truth("fan_in_fan_out") ? Orientation.IN_OUT : Orientation.OUT_IN);
        if (truth("block_share")) {
            options = options.withSharing(OftOptions.Sharing.SHARED);
        }
        return truth("coft") ? options.withEpsilon(number("eps", 6e-5)) : options;
    }

    /** {@return BOFT of m factors in blocks of b; PEFT adapts nothing with it whose weight is inputs × outputs} */
    static OftOptions butterfly(int blockSize, int factors) {
        return OftOptions.BUTTERFLY.withBlocks(blockSize, factors);
    }

    /** {@return how OFT's generators become rotations} */
    private GeneratorMap map() {
        if (!truth("use_cayley_neumann")) {
            return GeneratorMap.cayley(CayleyStep.NEGATIVE_FULL);
        }
        int terms = integer("num_cayley_neumann_terms", 5);
        return terms < 3
                ? GeneratorMap.cayleySeries(terms - 1, CayleyStep.FULL)
                : GeneratorMap.cayleyNeumann(Math.max(2, terms - 2), CayleyStep.FULL);
    }

    /**
     * {@return whether the same generators mean the same rotations under both}
     *
     * @param other another configuration
     */
    public boolean hasRotationsOf(AdapterConfig other) {
        return kind == other.kind && ConfigRules.meaning(this).equals(ConfigRules.meaning(other));
    }

    // ------------------------------------------------------------------------------------------------- values

    boolean truth(String key) {
        return values.get(key) instanceof Boolean truth && truth;
    }

    double number(String key, double absent) {
        return values.get(key) instanceof Number number ? number.doubleValue() : absent;
    }

    int integer(String key, int absent) {
        return values.get(key) instanceof Long number ? (int) (long) number : absent;
    }

    boolean isEmpty(String key) {
        return switch (values.get(key)) {
            case null -> true;
            case Map<?, ?> map -> map.isEmpty();
            default -> false;
        };
    }

    CheckpointFormatException refused(String key, String rule) {
        return new CheckpointFormatException(origin, key, rule);
    }

    /** {@return kind and meaning} */
    @Override
    public String toString() {
        return kind + " " + ConfigRules.meaning(this);
    }
}
