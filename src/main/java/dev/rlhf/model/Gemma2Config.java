package dev.rlhf.model;

import java.util.Map;

/**
 * Gemma 2 (Rivière et al. 2024): Gemma with norms before and after attention and MLP, soft caps on attention scores and
 * logits, and a sliding window in every other layer.
 */
final class Gemma2Config extends GemmaBase {
    static final Map<String, Object> DEFAULTS = Map.ofEntries(
            Map.entry("num_key_value_heads", 4),
            Map.entry("head_dim", 256),
            Map.entry("hidden_activation", "gelu_pytorch_tanh"),
            Map.entry("max_position_embeddings", 8192),
            Map.entry("query_pre_attn_scalar", 256),
            Map.entry("sliding_window", 4096),
            Map.entry("attn_logit_softcapping", 50),
            Map.entry("final_logit_softcapping", 30),
            Map.entry("pad_token_id", 0),
            Map.entry("eos_token_id", 1),
            Map.entry("tie_word_embeddings", true));

    private final double queryScalar;
    private final double attentionCap;
    private final double logitCap;
    private final int[] windows;

    Gemma2Config(ConfigReader in) {
        super(in, "Gemma2");
        in().node("hidden_act"); // old versions wrote it beside hidden_activation, which decides
        in().node("sliding_window_size"); // the 27B's file has it beside sliding_window
        queryScalar = in().positive("query_pre_attn_scalar", 256);
        attentionCap = in().number("attn_logit_softcapping", 0);
        logitCap = in().number("final_logit_softcapping", 0);
        windows = SlidingWindows.read(in(), layers(), layer -> layer % 2 == 0, in().integer("sliding_window", 0));
    }

    @Override
    Block attention() {
        return projections(new Block()
                .vector("input_layernorm.weight", 0, hiddenSize())
                .noNorm()
                .noNorm()
                .vector("post_attention_layernorm.weight", 0, hiddenSize()));
    }

    @Override
    Block mlp() {
        return gated(new Block()
                .vector("pre_feedforward_layernorm.weight", 0, hiddenSize())
                .vector("post_feedforward_layernorm.weight", 0, hiddenSize()));
    }

    @Override
    int window(int layer) {
        return windows[layer];
    }

    @Override
    double attentionScale() {
        return 1 / Math.sqrt(queryScalar);
    }

    @Override
    double attentionCap() {
        return attentionCap;
    }

    @Override
    public double logitCap() {
        return logitCap;
    }
}
