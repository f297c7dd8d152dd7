package org.isospin.optim;

import java.util.Arrays;
import java.util.Set;
import java.util.TreeSet;
import org.isospin.DType;
import org.jspecify.annotations.Nullable;

/**
 * Specifications of parameters from the usual names of tensors: those of Hugging Face (Llama, Qwen, Mixtral, GPT-2), Megatron,
 * Flax and their like. Nothing is guessed behind the scenes: what comes out is a {@link ParameterSpec} like any other, to be
 * printed by {@link Routing#describe} and changed where it is wrong. Immutable.
 *
 * <p>A name is parts between dots or slashes; the last of them says what of its module a tensor is, if it is weight, kernel, bias,
 * gamma, beta, scale, gain or embedding. The first line that fits decides the role:
 *
 * <table>
 * <caption>Roles</caption>
 * <tr><th>role</th><th>the tensor</th></tr>
 * <tr><td>BIAS</td><td>is bias or beta, or ends in _bias; is named b, b1, …</td></tr>
 * <tr><td>NORM</td><td>its module has norm in it, or is ln, ln_1, ln_f, …</td></tr>
 * <tr><td>HEAD</td><td>a matrix; its module is lm_head, output_layer, embed_out or unembed; or head, output, decoder, score or
 *     classifier and in no numbered layer</td></tr>
 * <tr><td>EMBEDDING</td><td>its module has embed in it, or is wte, wpe, shared, cls_token or relative_attention_bias</td></tr>
 * <tr><td>HIDDEN</td><td>any other matrix or tensor: routers and adapters are among them</td></tr>
 * <tr><td>NORM, BIAS</td><td>any other vector: NORM if it is its module's weight or scale, else BIAS</td></tr>
 * </table>
 *
 * <p>Orientation: a kernel (Flax, Keras) is IN_OUT; so are weights of c_attn, q_attn, c_fc and c_proj, which GPT-2 keeps in a
 * Conv1D, unless {@link #withConv1d} says that they are of a linear layer (nanoGPT: the same names, the other way round; only some
 * of the shapes tell, and those are checked). All others are OUT_IN unless {@link #withOrientation} says otherwise.
 *
 * <p>Splits, for weights of role HIDDEN:
 *
 * <table>
 * <caption>Splits</caption>
 * <tr><th>split</th><th>the module</th></tr>
 * <tr><td>{@link BlockSplit#qkv}</td><td>qkv, qkv_proj, c_attn, Wqkv, in_proj_weight: all queries, all keys, all values</td></tr>
 * <tr><td>{@link BlockSplit#groupedQkv}</td><td>linear_qkv, query_key_value, wqkv: by groups, as Megatron, GPT-NeoX and
 *     InternLM lay it out</td></tr>
 * <tr><td>{@link BlockSplit#heads}</td><td>q_proj, k_proj, v_proj; query, key, value; wq, wk, wv; c_q, c_k, c_v: once
 *     {@link #withAttention} was told</td></tr>
 * <tr><td>{@link BlockSplit#gateUp}</td><td>gate_up_proj, and what {@link #withGateUp} names</td></tr>
 * <tr><td>{@link BlockSplit#groups}</td><td>a tensor (experts, out, in) below a module of experts: one block each, two if it is
 *     gate and up</td></tr>
 * </table>
 *
 * <p>Fused queries, keys and values are refused until {@link #withAttention} tells how many heads there are: as one matrix they
 * would be turned and orthogonalised together.
 */
public final class Naming {
    private static final Set<String> CONV1D = Set.of("c_attn", "q_attn", "c_fc", "c_proj");
    private static final Set<String> WIDER_THAN_INPUT = Set.of("c_attn", "c_fc");
    private static final Set<String> QKV = Set.of("qkv", "qkv_proj", "c_attn", "Wqkv", "in_proj_weight");
    private static final Set<String> GROUPED_QKV = Set.of("linear_qkv", "query_key_value", "wqkv");
    private static final Set<String> QUERY = Set.of("q_proj", "query", "wq", "c_q", "q_attn");
    private static final Set<String> KEY_OR_VALUE =
            Set.of("k_proj", "v_proj", "key", "value", "wk", "wv", "c_k", "c_v");

    private static final Naming STANDARD =
            new Naming(Orientation.OUT_IN, Orientation.IN_OUT, null, Set.of("gate_up_proj"));

    /** The heads of attention. */
    private record Attention(int queryHeads, int keyHeads, int headSize, QkvBlocks blocks) {}

    private final Orientation orientation;
    private final Orientation conv1d;
    private final @Nullable Attention attention;
    private final Set<String> gateUp;

    private Naming(Orientation orientation, Orientation conv1d, @Nullable Attention attention, Set<String> gateUp) {
        this.orientation = orientation;
        this.conv1d = conv1d;
        this.attention = attention;
        this.gateUp = gateUp;
    }

    /** {@return the rules above} */
    public static Naming standard() {
        return STANDARD;
    }

    /**
     * {@return these rules, with queries, keys and values split}
     *
     * <p>Mind the state: Pion keeps inputs²/2 numbers for each block, so that heads of a wide model cost more than the model.
     *
     * @param queryHeads how many heads queries have
     * @param keyHeads how many heads keys have, and values; divides queryHeads
     * @param headSize outputs of a head
     * @param blocks what makes one block; {@link QkvBlocks#PROJECTIONS} leaves separate projections whole
     */
    public Naming withAttention(int queryHeads, int keyHeads, int headSize, QkvBlocks blocks) {
        if (queryHeads < 1 || keyHeads < 1 || headSize < 1 || queryHeads % keyHeads != 0) {
            throw new IllegalArgumentException(
                    keyHeads + " key heads of " + headSize + " do not divide " + queryHeads + " query heads");
        }
        return new Naming(orientation, conv1d, new Attention(queryHeads, keyHeads, headSize, blocks), gateUp);
    }

    /**
     * {@return these rules, with c_attn, q_attn, c_fc and c_proj this way round}
     *
     * @param other OUT_IN for linear layers
     */
    public Naming withConv1d(Orientation other) {
        return new Naming(orientation, other, attention, gateUp);
    }

    /**
     * {@return these rules, with all matrices whose names do not tell this way round}
     *
     * @param other IN_OUT where y = x·W
     */
    public Naming withOrientation(Orientation other) {
        return new Naming(other, conv1d, attention, gateUp);
    }

    /**
     * {@return these rules, with another module's outputs half gate and half up, as Megatron's linear_fc1 of a gated MLP}
     *
     * @param module its name
     */
    public Naming withGateUp(String module) {
        Set<String> more = new TreeSet<>(gateUp);
        more.add(module);
        return new Naming(orientation, conv1d, attention, more);
    }

    /**
     * {@return what a tensor is for}
     *
     * @param name its name
     * @param shape the size of each dimension
     */
    public Role role(String name, long... shape) {
        return TensorName.of(name).role(shape.length);
    }

    /**
     * {@return a specification}
     *
     * @param name the tensor's name
     * @param dtype its element type
     * @param shape the size of each dimension, outermost first
     * @throws IllegalArgumentException if the shape cannot be what the name says, with the reason; or the tensor is fused and how
     *     is not known
     */
    public ParameterSpec spec(String name, DType dtype, long... shape) {
        TensorName parts = TensorName.of(name);
        Role role = parts.role(shape.length);
        if (shape.length < 2) {
            return ParameterSpec.vector(name, dtype, shape.length == 0 ? 1 : Math.toIntExact(shape[0]), role);
        }
        Orientation turned = orientation(parts);
        boolean areExperts = role == Role.HIDDEN && shape.length == 3 && parts.isExpert();
        ParameterSpec spec = areExperts
                ? experts(name, dtype, turned, shape)
                : ParameterSpec.tensor(name, dtype, turned, shape).withRole(role);
        if (role != Role.HIDDEN) {
            return spec;
        }
        if (WIDER_THAN_INPUT.contains(parts.module()) && spec.outputs() < spec.inputs()) {
            throw new IllegalArgumentException(name + ": with " + turned + ", " + Arrays.toString(shape)
                    + " has fewer outputs than inputs; see Naming.withConv1d");
        }
        try {
            return spec.withSplit(areExperts ? expertSplit(parts, shape) : split(spec, parts.module()));
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(name + " of " + Arrays.toString(shape) + ": " + e.getMessage(), e);
        }
    }

    private Orientation orientation(TensorName parts) {
        if (parts.part().equals("kernel")) {
            return Orientation.IN_OUT;
        }
        return CONV1D.contains(parts.module()) ? conv1d : orientation;
    }

    private static ParameterSpec experts(String name, DType dtype, Orientation turned, long[] shape) {
        if (turned == Orientation.IN_OUT) {
            throw new IllegalArgumentException(name + " of " + Arrays.toString(shape)
                    + ": experts of IN_OUT do not lie side by side as outputs; register each one's matrix by itself");
        }
        int rows = Math.toIntExact(Math.multiplyExact(shape[0], shape[1]));
        return ParameterSpec.matrix(name, dtype, rows, Math.toIntExact(shape[2]), turned);
    }

    private BlockSplit expertSplit(TensorName parts, long[] shape) {
        int experts = Math.toIntExact(shape[0]);
        return BlockSplit.groups(gateUp.contains(parts.module()) ? 2 * experts : experts);
    }

    private BlockSplit split(ParameterSpec spec, String module) {
        if (gateUp.contains(module)) {
            return BlockSplit.gateUp();
        }
        boolean isQkv = QKV.contains(module);
        if (isQkv || GROUPED_QKV.contains(module)) {
            if (attention == null) {
                throw new IllegalArgumentException(
                        "queries, keys and values are fused; Naming.withAttention tells their heads");
            }
            Attention a = attention;
            return isQkv
                    ? BlockSplit.qkv(a.queryHeads, a.keyHeads, a.headSize, a.blocks)
                    : BlockSplit.groupedQkv(a.keyHeads, a.queryHeads / a.keyHeads, a.headSize, a.blocks);
        }
        boolean isQuery = QUERY.contains(module);
        if (attention == null
                || attention.blocks == QkvBlocks.PROJECTIONS
                || !(isQuery || KEY_OR_VALUE.contains(module))) {
            return BlockSplit.whole();
        }
        int heads = isQuery ? attention.queryHeads : attention.keyHeads;
        if (spec.outputs() != heads * attention.headSize) {
            throw new IllegalArgumentException(
                    heads + " heads of " + attention.headSize + " are not its " + spec.outputs() + " outputs");
        }
        return BlockSplit.heads(isQuery && attention.blocks == QkvBlocks.GROUPS ? attention.keyHeads : heads);
    }
}
