package org.isospin.properties;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.List;
import org.isospin.DType;
import org.isospin.optim.Naming;
import org.isospin.optim.Orientation;
import org.isospin.optim.ParameterSpec;
import org.isospin.optim.QkvBlocks;
import org.isospin.optim.Role;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names of tensors as published models have them, and what is to be made of them. */
class NamingTest {
    private static final Naming NAMING =
            Naming.standard().withAttention(8, 2, 4, QkvBlocks.HEADS).withGateUp("linear_fc1");

    private static ParameterSpec spec(Naming naming, String name, long... shape) {
        return naming.spec(name, DType.F32, shape);
    }

    @ParameterizedTest
    @CsvSource({
        // Llama, Qwen, Mixtral
        "model.embed_tokens.weight, 2, EMBEDDING",
        "model.layers.11.self_attn.q_proj.weight, 2, HIDDEN",
        "model.layers.11.self_attn.q_proj.bias, 1, BIAS",
        "model.layers.11.self_attn.q_norm.weight, 1, NORM",
        "model.layers.11.self_attn.o_proj.weight, 2, HIDDEN",
        "model.layers.0.self_attn.sinks, 1, BIAS",
        "model.layers.11.mlp.gate_proj.weight, 2, HIDDEN",
        "model.layers.11.input_layernorm.weight, 1, NORM",
        "model.layers.11.post_attention_layernorm.weight, 1, NORM",
        "model.layers.0.block_sparse_moe.gate.weight, 2, HIDDEN",
        "model.layers.0.block_sparse_moe.experts.7.w1.weight, 2, HIDDEN",
        "model.layers.0.mlp.experts.gate_up_proj, 3, HIDDEN",
        "model.layers.0.mlp.experts.gate_up_proj_bias, 2, BIAS",
        "model.norm.weight, 1, NORM",
        "lm_head.weight, 2, HEAD",
        "tok_embeddings.weight, 2, EMBEDDING",
        "output.weight, 2, HEAD",
        // GPT-2
        "transformer.wte.weight, 2, EMBEDDING",
        "wpe.weight, 2, EMBEDDING",
        "h.0.ln_1.weight, 1, NORM",
        "h.0.ln_1.bias, 1, BIAS",
        "h.0.attn.c_attn.weight, 2, HIDDEN",
        "h.0.attn.c_attn.bias, 1, BIAS",
        "ln_f.weight, 1, NORM",
        // GPT-NeoX, BERT, T5
        "gpt_neox.embed_in.weight, 2, EMBEDDING",
        "embed_out.weight, 2, HEAD",
        "bert.embeddings.LayerNorm.gamma, 1, NORM",
        "bert.encoder.layer.0.attention.output.dense.weight, 2, HIDDEN",
        "cls.predictions.decoder.weight, 2, HEAD",
        "decoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight, 2, EMBEDDING",
        "decoder.block.0.layer.0.SelfAttention.q.weight, 2, HIDDEN",
        "shared.weight, 2, EMBEDDING",
        // Megatron
        "embedding.word_embeddings.weight, 2, EMBEDDING",
        "decoder.layers.3.self_attention.linear_qkv.layer_norm_weight, 1, NORM",
        "decoder.layers.3.self_attention.linear_proj.weight, 2, HIDDEN",
        "decoder.layers.3.mlp.router.weight, 2, HIDDEN",
        "decoder.layers.3.mlp.experts.linear_fc2.weight12, 2, HIDDEN",
        "decoder.final_layernorm.weight, 1, NORM",
        "output_layer.weight, 2, HEAD",
        // Flax, and a vision transformer
        "encoder/layer_0/attention/Dense_0/kernel, 2, HIDDEN",
        "encoder/LayerNorm_0/scale, 1, NORM",
        "token/Embed_0/embedding, 2, EMBEDDING",
        "blocks.0.norm1.linear.weight, 2, HIDDEN",
        "patch_embed.proj.weight, 4, HIDDEN",
        "cls_token, 3, EMBEDDING",
        "head.weight, 2, HEAD",
        "head.bias, 1, BIAS",
        // By hand
        "blocks.2.attention.output, 2, HIDDEN",
        "w1, 2, HIDDEN",
        "b1, 1, BIAS",
    })
    void roles(String name, int dimensions, Role role) {
        assertThat(Naming.standard().role(name, new long[dimensions])).isEqualTo(role);
    }

    @ParameterizedTest
    @CsvSource({
        "model.layers.0.self_attn.q_proj.weight, 32, 16, heads(8)",
        "model.layers.0.self_attn.k_proj.weight, 8, 16, heads(2)",
        "model.layers.0.self_attn.v_proj.weight, 8, 16, heads(2)",
        "model.layers.0.self_attn.o_proj.weight, 16, 32, whole",
        "model.layers.0.self_attn.qkv_proj.weight, 48, 16, 'qkv(8, 2, 4, HEADS)'",
        "decoder.layers.0.self_attention.linear_qkv.weight, 48, 16, 'groupedQkv(2, 4, 4, HEADS)'",
        "gpt_neox.layers.0.attention.query_key_value.weight, 48, 16, 'groupedQkv(2, 4, 4, HEADS)'",
        "model.layers.0.mlp.gate_up_proj.weight, 80, 16, gateUp",
        "decoder.layers.0.mlp.linear_fc1.weight, 80, 16, gateUp",
        "model.layers.0.mlp.down_proj.weight, 16, 40, whole",
    })
    void splitsOfWeightsWithARowForEachOutput(String name, long rows, long columns, String split) {
        ParameterSpec spec = spec(NAMING, name, rows, columns);
        assertThat(spec.split()).hasToString(split);
        assertThat(spec.orientation()).isEqualTo(Orientation.OUT_IN);
        assertThat(spec.role()).isEqualTo(Role.HIDDEN);
    }

    @Test
    void weightsOfConv1dHaveARowForEachInput() {
        ParameterSpec fused = spec(NAMING, "h.0.attn.c_attn.weight", 16, 48);
        assertThat(fused.orientation()).isEqualTo(Orientation.IN_OUT);
        assertThat(fused.outputs()).isEqualTo(48);
        assertThat(fused.split()).hasToString("qkv(8, 2, 4, HEADS)");
        assertThat(spec(NAMING, "h.0.mlp.c_proj.weight", 64, 16).outputs()).isEqualTo(16);
        assertThat(spec(NAMING, "a/Dense_0/kernel", 5, 7).outputs()).isEqualTo(7);
        Naming linear = NAMING.withConv1d(Orientation.OUT_IN);
        assertThat(spec(linear, "h.0.attn.c_attn.weight", 48, 16).outputs()).isEqualTo(48);
        for (String name : List.of("h.0.attn.c_attn.weight", "h.0.mlp.c_fc.weight")) {
            assertThatIllegalArgumentException()
                    .isThrownBy(() -> spec(NAMING, name, 48, 16))
                    .withMessageContaining(name)
                    .withMessageContaining("withConv1d");
        }
        assertThat(spec(NAMING.withOrientation(Orientation.IN_OUT), "w1", 3, 5).outputs())
                .isEqualTo(5);
    }

    @Test
    void expertsOfOneTensorAreBlocks() {
        ParameterSpec down = spec(NAMING, "layers.0.mlp.experts.down_proj", 6, 16, 40);
        assertThat(down.rows()).isEqualTo(96);
        assertThat(down.columns()).isEqualTo(40);
        assertThat(down.split()).hasToString("groups(6)");
        assertThat(spec(NAMING, "layers.0.mlp.experts.gate_up_proj", 6, 80, 16).split())
                .hasToString("groups(12)");
        assertThatIllegalArgumentException()
                .isThrownBy(() ->
                        spec(NAMING.withOrientation(Orientation.IN_OUT), "layers.0.mlp.experts.down_proj", 6, 40, 16))
                .withMessageContaining("register each one's matrix by itself");
        assertThat(spec(NAMING, "conv.weight", 8, 3, 5, 5).columns()).isEqualTo(75);
    }

    @Test
    void whatCannotBeIsRefusedByName() {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec(Naming.standard(), "h.0.attn.c_attn.weight", 16, 48))
                .withMessageContaining("h.0.attn.c_attn.weight")
                .withMessageContaining("withAttention");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec(NAMING, "l.0.q_proj.weight", 33, 16))
                .withMessageContaining("l.0.q_proj.weight")
                .withMessageContaining("8 heads of 4 are not its 33 outputs");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> spec(NAMING, "l.0.qkv_proj.weight", 50, 16))
                .withMessageContaining("l.0.qkv_proj.weight");
        assertThatIllegalArgumentException()
                .isThrownBy(() -> Naming.standard().withAttention(6, 4, 8, QkvBlocks.HEADS));
    }

    @Test
    void groupsAndProjectionsAreFewerBlocks() {
        Naming groups = Naming.standard().withAttention(8, 2, 4, QkvBlocks.GROUPS);
        assertThat(spec(groups, "l.0.q_proj.weight", 32, 16).split()).hasToString("heads(2)");
        Naming whole = Naming.standard().withAttention(8, 2, 4, QkvBlocks.PROJECTIONS);
        assertThat(spec(whole, "l.0.q_proj.weight", 32, 16).split()).hasToString("whole");
        assertThat(spec(whole, "l.0.qkv_proj.weight", 48, 16).split()).hasToString("qkv(8, 2, 4, PROJECTIONS)");
    }
}
