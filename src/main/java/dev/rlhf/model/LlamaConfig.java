package dev.rlhf.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * Llama 2 and 3.x: RMSNorm, rotary positions (with llama3 scaling), grouped-query attention, SwiGLU, tied or untied head.
 *
 * @param paddingId the embedding row that is never trained, as transformers has it (even where it is the end token); -1: none
 */
public record LlamaConfig(
        ObjectNode json,
        int vocabSize,
        int hiddenSize,
        int layers,
        int heads,
        int kvHeads,
        int headDim,
        int inner,
        int maxPositions,
        double epsilon,
        float[] inverseFrequencies,
        boolean attentionBias,
        boolean mlpBias,
        double attentionDropout,
        boolean tied,
        double initializerRange,
        int paddingId,
        List<Integer> eosIds)
        implements ModelConfig {
    static LlamaConfig read(ObjectNode json, String where) {
        ConfigReader in = new ConfigReader(json, where);
        in.require("hidden_act", "silu");
        in.require("pretraining_tp", 1);
        in.require("partial_rotary_factor", 1.0);
        int width = in.integer("hidden_size");
        int heads = in.integer("num_attention_heads");
        int kvHeads = in.integer("num_key_value_heads", heads);
        if (heads % kvHeads != 0) {
            throw in.error("num_attention_heads " + heads + " is not a multiple of num_key_value_heads " + kvHeads);
        }
        int headDim = in.integer("head_dim", width / heads);
        return new LlamaConfig(
                json,
                in.integer("vocab_size"),
                width,
                in.integer("num_hidden_layers"),
                heads,
                kvHeads,
                headDim,
                in.integer("intermediate_size"),
                in.integer("max_position_embeddings", 2048),
                in.number("rms_norm_eps", 1e-6),
                inverseFrequencies(in, headDim),
                in.flag("attention_bias", false),
                in.flag("mlp_bias", false),
                in.number("attention_dropout", 0),
                in.flag("tie_word_embeddings", false),
                in.number("initializer_range", 0.02),
                in.integer("pad_token_id", -1),
                in.ids("eos_token_id"));
    }

    private static float[] inverseFrequencies(ConfigReader in, int headDim) {
        JsonNode scaling = in.has("rope_parameters") ? in.node("rope_parameters") : in.node("rope_scaling");
        double theta = scaling.hasNonNull("rope_theta")
                ? scaling.path("rope_theta").asDouble()
                : in.number("rope_theta", 10_000);
        float[] plain = RotaryAngles.inverseFrequencies(theta, headDim);
        if (!scaling.isObject()) {
            return plain;
        }
        String type = scaling.path("rope_type").asText(scaling.path("type").asText("default"));
        if (!Set.of("default", "llama3").contains(type)) {
            throw in.error("rope_scaling type " + type + " is not supported (only default, llama3)");
        }
        return type.equals("default") ? plain : RotaryAngles.llama3(plain, scaling);
    }

    @Override
    public String prefix() {
        return "model.";
    }

    @Override
    public String embeddingName() {
        return "model.embed_tokens.weight";
    }

    @Override
    public String architecture(boolean scalarHead) {
        return scalarHead ? "LlamaForSequenceClassification" : "LlamaForCausalLM";
    }

    @Override
    public List<ParameterSpec> bodyParameters() {
        double std = initializerRange;
        long d = hiddenSize;
        long q = (long) heads * headDim;
        long kv = (long) kvHeads * headDim;
        List<ParameterSpec> all = new ArrayList<>();
        all.add(ParameterSpec.normal("model.embed_tokens.weight", std, vocabSize, d));
        for (int i = 0; i < layers; i++) {
            String layer = "model.layers." + i + ".";
            addLinear(all, layer + "self_attn.q_proj", std, q, d, attentionBias);
            addLinear(all, layer + "self_attn.k_proj", std, kv, d, attentionBias);
            addLinear(all, layer + "self_attn.v_proj", std, kv, d, attentionBias);
            addLinear(all, layer + "self_attn.o_proj", std, d, q, attentionBias);
            addLinear(all, layer + "mlp.gate_proj", std, inner, d, mlpBias);
            addLinear(all, layer + "mlp.up_proj", std, inner, d, mlpBias);
            addLinear(all, layer + "mlp.down_proj", std, d, inner, mlpBias);
            all.add(ParameterSpec.ones(layer + "input_layernorm.weight", d));
            all.add(ParameterSpec.ones(layer + "post_attention_layernorm.weight", d));
        }
        all.add(ParameterSpec.ones("model.norm.weight", d));
        return all;
    }

    private static void addLinear(List<ParameterSpec> all, String name, double std, long out, long in, boolean bias) {
        all.add(ParameterSpec.normal(name + ".weight", std, out, in));
        if (bias) {
            all.add(ParameterSpec.zeros(name + ".bias", out));
        }
    }

    @Override
    public boolean ignorable(String name) {
        return name.endsWith("rotary_emb.inv_freq"); // computed, old versions stored it
    }
}
