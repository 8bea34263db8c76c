package dev.rlhf.model;

import java.util.Map;

/**
 * Gemma 2 (Rivière et al. 2024): Gemma with norms before and after attention and MLP, soft caps on attention scores and
 * logits, and a sliding window in every other layer.
 */
final class Gemma2Config extends WindowedGemma {
    static final Map<String, Object> DEFAULTS = defaults(
            Map.of("max_position_embeddings", 8192, "attn_logit_softcapping", 50, "final_logit_softcapping", 30));

    private final double attentionCap;

    Gemma2Config(ConfigReader in) {
        super(in, "Gemma2", layer -> layer % 2 == 0);
        in().node("hidden_act"); // old versions wrote it beside hidden_activation, which decides
        in().node("sliding_window_size"); // the 27B's file has it beside sliding_window
        attentionCap = in().number("attn_logit_softcapping", 0);
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
    double attentionCap() {
        return attentionCap;
    }
}
