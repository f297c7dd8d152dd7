package org.isospin.optim;

import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * The parts of a tensor's name: modules separated by dots or slashes, then what of the module it is.
 *
 * @param modules all parts but the last where that only says what of the module it is
 * @param part that last one, as weight or bias; empty if there is none
 */
record TensorName(List<String> modules, String part) {
    private static final Pattern PART = Pattern.compile("weight\\d*|kernel|bias\\d*|gamma|beta|scale|gain|embedding");
    private static final Pattern BIAS = Pattern.compile("bias\\d*|beta|.*_bias|b\\d*");
    private static final Pattern NORM = Pattern.compile(".*norm.*|(.*_)?ln(\\d.*|_.*)?");
    private static final Pattern NUMBER = Pattern.compile("\\d+");
    private static final Set<String> EMBEDDINGS =
            Set.of("wte", "wpe", "shared", "cls_token", "relative_attention_bias");
    private static final Set<String> HEADS = Set.of("lm_head", "output_layer", "embed_out", "unembed", "unembedding");

    /** Names of heads that layers have modules of too. */
    private static final Set<String> HEADS_OUTSIDE_LAYERS = Set.of("head", "output", "decoder", "score", "classifier");

    static TensorName of(String name) {
        List<String> all = List.of(name.split("[./]"));
        String last = all.getLast();
        boolean isPart = all.size() > 1 && PART.matcher(last).matches();
        return new TensorName(isPart ? all.subList(0, all.size() - 1) : all, isPart ? last : "");
    }

    /** {@return the module that the tensor is of, or the tensor's own name} */
    String module() {
        return modules.isEmpty() ? "" : modules.getLast();
    }

    /** {@return whether it is in one of the model's layers} */
    boolean isInLayer() {
        return modules.stream().anyMatch(m -> NUMBER.matcher(m).matches());
    }

    /** {@return whether it is one of many experts, or all of them} */
    boolean isExpert() {
        return modules.stream().anyMatch(m -> m.contains("experts"));
    }

    /** {@return what it is for, as {@link Naming} says} */
    Role role(int dimensions) {
        String module = module().toLowerCase(Locale.ROOT);
        String last = part.isEmpty() ? module : part;
        boolean isMatrix = dimensions > 1;
        if (BIAS.matcher(last).matches() && !EMBEDDINGS.contains(last)) {
            return Role.BIAS;
        }
        if (NORM.matcher(module).matches()) {
            return Role.NORM;
        }
        if (HEADS.contains(module) || (HEADS_OUTSIDE_LAYERS.contains(module) && !isInLayer())) {
            return isMatrix ? Role.HEAD : Role.NORM;
        }
        if (EMBEDDINGS.contains(module) || module.contains("embed") || part.equals("embedding")) {
            return Role.EMBEDDING;
        }
        if (isMatrix) {
            return Role.HIDDEN;
        }
        return part.isEmpty() ? Role.BIAS : Role.NORM;
    }
}
