package dev.rlhf.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.tensor.Dtype;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** GPT-NeoX (Black et al. 2022) and Pythia: layer norms, partial rotary positions, attention and MLP in parallel. */
record NeoxConfig(
        ObjectNode json,
        int vocabSize,
        int hiddenSize,
        int layers,
        int heads,
        int intermediateSize,
        int maxPositions,
        double epsilon,
        Activation activation,
        boolean parallelResidual,
        boolean attentionBias,
        Rope rope,
        double attentionDropout,
        double hiddenDropout,
        boolean tied,
        double initializerRange,
        List<Integer> eosIds)
        implements ModelConfig {
    static final Map<String, Object> DEFAULTS =
            Map.of("max_position_embeddings", 2048, "rotary_pct", 0.25, "rotary_emb_base", 10_000, "eos_token_id", 2);

    static NeoxConfig read(ConfigReader in) {
        int width = in.size("hidden_size");
        int heads = in.size("num_attention_heads");
        if (width % heads != 0) {
            throw in.error("hidden_size " + width + " is not a multiple of num_attention_heads " + heads);
        }
        double theta = in.positive("rotary_emb_base", 10_000);
        double partial = in.number("rotary_pct", 0.25);
        in.node("rope_theta"); // transformers derives this and the next from the two above, and does not read them
        in.node("partial_rotary_factor");
        in.node("classifier_dropout"); // for token classification
        return new NeoxConfig(
                in.json(),
                in.size("vocab_size"),
                width,
                in.size("num_hidden_layers"),
                heads,
                in.size("intermediate_size"),
                RopeScaling.positions(in),
                in.positive("layer_norm_eps", 1e-5),
                Activation.read(in, "hidden_act", "gelu"),
                in.flag("use_parallel_residual", true),
                in.flag("attention_bias", true),
                RopeScaling.read(in, "full_attention", width / heads, theta, partial),
                in.dropout("attention_dropout", 0),
                in.dropout("hidden_dropout", 0),
                in.flag("tie_word_embeddings", false),
                in.number("initializer_range", 0.02),
                in.ids("eos_token_id"));
    }

    /** Returns the attention block, as the kernel {@code neox_attention} takes it. */
    Block attention() {
        return new Block()
                .layerNorm("input_layernorm", hiddenSize)
                .linear("attention.query_key_value", 3L * hiddenSize, hiddenSize, attentionBias)
                .linear("attention.dense", hiddenSize, hiddenSize, attentionBias);
    }

    /** Returns the MLP, as the kernel {@code neox_mlp} takes it. */
    Block mlp() {
        return new Block()
                .layerNorm("post_attention_layernorm", hiddenSize)
                .linear("mlp.dense_h_to_4h", intermediateSize, hiddenSize, true)
                .linear("mlp.dense_4h_to_h", hiddenSize, intermediateSize, true);
    }

    @Override
    public int generatedPositions() {
        return rope.validPositions() == 0 ? maxPositions : Math.min(maxPositions, rope.validPositions());
    }

    @Override
    public String prefix() {
        return "gpt_neox.";
    }

    @Override
    public String embeddingName() {
        return "gpt_neox.embed_in.weight";
    }

    @Override
    public String headName() {
        return "embed_out.weight";
    }

    /** In transformers 5 the head is {@code lm_head}, also in PEFT's adapters; whole checkpoints keep the old name. */
    @Override
    public String canonical(String stored) {
        return stored.equals("lm_head.weight") ? headName() : ModelConfig.super.canonical(stored);
    }

    @Override
    public String architecture(boolean scalarHead) {
        return scalarHead ? "GPTNeoXForSequenceClassification" : "GPTNeoXForCausalLM";
    }

    @Override
    public List<ParameterSpec> bodyParameters() {
        List<ParameterSpec> all = new ArrayList<>();
        all.add(ParameterSpec.normal(embeddingName(), initializerRange, vocabSize, hiddenSize));
        for (int i = 0; i < layers; i++) {
            String layer = "gpt_neox.layers." + i + ".";
            all.addAll(attention().specs(layer, initializerRange));
            all.addAll(mlp().specs(layer, initializerRange));
        }
        all.addAll(new Block().layerNorm("final_layer_norm", hiddenSize).specs("gpt_neox.", initializerRange));
        return all;
    }

    @Override
    public boolean ignorable(String name) {
        return name.endsWith("attention.bias") // causal masks and tables of old versions
                || name.endsWith("attention.masked_bias")
                || name.endsWith("rotary_emb.inv_freq");
    }

    @Override
    public long layerActivations(Dtype compute, long width, boolean dropout) {
        long states = 2 + 2 + 6; // inputs of the norms, their outputs; the fused projection, rotated heads, the output
        long mlp = 2L * intermediateSize; // before and after the activation
        long masks = dropout && hiddenDropout > 0 ? 2L * hiddenSize : 0;
        long pairs = dropout && attentionDropout > 0 ? 3L * heads * width : 0;
        return compute.bytes() * (states * hiddenSize + mlp + masks + pairs);
    }
}
