package org.isospin.peft;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.isospin.checkpoint.CheckpointFormatException;
import org.isospin.peft.AdapterConfig.Kind;

/** What a configuration must say for its numbers to mean one thing, and what they mean. */
final class ConfigRules {
    private static final Pattern VERSION = Pattern.compile("(\\d{1,6})\\.(\\d{1,6})(?:\\.(\\d{1,6}))?(.*)");
    /** PEFT 0.18.0 changed the Neumann series. */
    private static final int[] SERIES = {0, 18, 0};

    private static final Set<String> TRUTHS = Set.of("use_cayley_neumann", "coft", "block_share", "fan_in_fan_out");
    private static final Set<String> INTEGERS = Set.of(
            "r",
            "oft_block_size",
            "num_cayley_neumann_terms",
            "boft_block_size",
            "boft_block_num",
            "boft_n_butterfly_factor");
    private static final Set<String> NUMBERS = Set.of("eps", "module_dropout", "boft_dropout");

    private ConfigRules() {}

    /** {@return the kind of a configuration that means one thing} */
    static Kind check(AdapterConfig config) throws CheckpointFormatException {
        Object type = config.values().get("peft_type");
        checkTypes(config);
        if (Kind.OFT.name().equals(type)) {
            checkOft(config);
            return Kind.OFT;
        }
        if (Kind.BOFT.name().equals(type)) {
            checkOneOf(config, "boft_block_size", 4, "boft_block_num", 0);
            if (config.integer("boft_n_butterfly_factor", 1) < 1) {
                throw config.refused("boft_n_butterfly_factor", "must be 1 or more");
            }
            return Kind.BOFT;
        }
        throw config.refused("peft_type", "is " + type + "; adapters of OFT and BOFT are read");
    }

    private static void checkTypes(AdapterConfig config) throws CheckpointFormatException {
        for (Map.Entry<String, ?> entry : config.values().entrySet()) {
            String key = entry.getKey();
            Object value = entry.getValue();
            boolean isBroken = value != null
                    && ((TRUTHS.contains(key) && !(value instanceof Boolean))
                            || (INTEGERS.contains(key)
                                    && !(value instanceof Long n && n >= 0 && n <= Integer.MAX_VALUE))
                            || (NUMBERS.contains(key) && !(value instanceof Number n && n.doubleValue() >= 0)));
            if (isBroken) {
                throw config.refused(
                        key,
                        "is " + value + ", not "
                                + (TRUTHS.contains(key)
                                        ? "true or false"
                                        : INTEGERS.contains(key) ? "an integer >= 0" : "a number >= 0"));
            }
        }
    }

    private static void checkOft(AdapterConfig config) throws CheckpointFormatException {
        Map<String, ?> values = config.values();
        if (values.get("oft_block_size") == null) {
            throw config.refused(
                    "oft_block_size",
                    "is missing, so PEFT 0.13 or older wrote this adapter: its parameters are full matrices that were"
                            + " merged by another rule. Merge it with that version, or train anew with PEFT 0.18 or"
                            + " later");
        }
        if (values.get("use_cayley_neumann") == null) {
            throw config.refused(
                    "use_cayley_neumann",
                    "is missing: where it is false PEFT turns by (I - Q)(I + Q)^-1, where it is true by about"
                            + " (I + Q)(I - Q)^-1, the inverse, and merging by the wrong one would turn everything"
                            + " back. Add to the file the value that the adapter was trained with");
        }
        if (config.truth("use_cayley_neumann")) {
            Object version = values.get("peft_version");
            if (!(version instanceof String text && isSeriesKnown(text))) {
                throw config.refused(
                        "peft_version",
                        (version == null ? "is missing" : "is " + version)
                                + ": PEFT 0.18.0 changed the Neumann series of use_cayley_neumann, and an adapter trained"
                                + " under the older one would be merged wrongly. Train anew with PEFT 0.18 or later, or"
                                + " merge with PEFT 0.17; if it was trained with 0.18 or later, say so in the file");
            }
            if (config.integer("num_cayley_neumann_terms", 5) < 1) {
                throw config.refused("num_cayley_neumann_terms", "must be 1 or more");
            }
        }
        checkOneOf(config, "oft_block_size", 32, "r", 0);
        if (config.truth("coft") && !(config.number("eps", 6e-5) > 0)) {
            throw config.refused("eps", "must be more than 0 with coft");
        }
    }

    private static void checkOneOf(AdapterConfig config, String size, int defaultSize, String count, int defaultCount)
            throws CheckpointFormatException {
        int s = config.integer(size, defaultSize);
        int c = config.integer(count, defaultCount);
        if ((s == 0) == (c == 0)) {
            throw config.refused(
                    size, "is " + s + " and " + count + " is " + c + "; exactly one of them must not be 0");
        }
    }

    /** {@return whether a version is 0.18.0 or later, its preliminary ones not counted} */
    private static boolean isSeriesKnown(String version) {
        Matcher parts = VERSION.matcher(version);
        if (!parts.matches()) {
            return false;
        }
        for (int i = 0; i < SERIES.length; i++) {
            int part = parts.group(i + 1) == null ? 0 : Integer.parseInt(parts.group(i + 1));
            if (part != SERIES[i]) {
                return part > SERIES[i];
            }
        }
        String rest = parts.group(4);
        return rest.isEmpty() || rest.startsWith("+") || rest.startsWith(".post");
    }

    /** {@return b of a layer with n inputs} */
    static int blockSize(AdapterConfig config, int inputs) {
        if (config.kind() == Kind.BOFT) {
            int size = config.integer("boft_block_size", 4);
            return size > 0 ? size : inputs / config.integer("boft_block_num", 0);
        }
        int size = config.integer("oft_block_size", 32);
        return size > 0 ? divisor(inputs, size) : inputs / divisor(inputs, config.integer("r", 0));
    }

    /** {@return the divisor of n nearest to what was asked for, the lower of two, as PEFT has it} */
    private static int divisor(int n, int wanted) {
        if (wanted >= n) {
            return n;
        }
        int higher = wanted;
        while (n % higher != 0) {
            higher++;
        }
        int lower = wanted;
        while (n % lower != 0) {
            lower--;
        }
        return wanted - lower <= higher - wanted ? lower : higher;
    }

    /** {@return all that rotations follow from, beside generators and their shapes} */
    static SequencedMap<String, Object> meaning(AdapterConfig config) {
        SequencedMap<String, Object> meaning = new LinkedHashMap<>();
        if (config.kind() == Kind.OFT) {
            meaning.put("fan_in_fan_out", config.truth("fan_in_fan_out"));
            boolean isNeumann = config.truth("use_cayley_neumann");
            meaning.put("use_cayley_neumann", isNeumann);
            if (isNeumann) {
                meaning.put("num_cayley_neumann_terms", config.integer("num_cayley_neumann_terms", 5));
            }
            meaning.put("block_share", config.truth("block_share"));
            if (config.truth("coft")) {
                meaning.put("coft eps", config.number("eps", 6e-5));
            }
        }
        return meaning;
    }
}
