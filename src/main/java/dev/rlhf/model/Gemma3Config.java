package dev.rlhf.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gemma 3's text model (Kamath et al. 2025): Gemma 2 with norms on every head's query and key instead of a cap on
 * scores. Layers with a sliding window, five of six, have rotary positions with a base of their own.
 */
final class Gemma3Config extends WindowedGemma {
    static final Map<String, Object> DEFAULTS =
            defaults(Map.of("max_position_embeddings", 131_072, "rope_theta", 1_000_000));

    private final Rope local;

    Gemma3Config(ConfigReader in) {
        int pattern = in.size("_sliding_window_pattern", in.size("sliding_window_pattern", 6));
        super(in, "Gemma3", layer -> (layer + 1) % pattern != 0);
        in().require("attn_logit_softcapping", "null"); // transformers 4.57 reads it without using it
        double base = in().positive("rope_local_base_freq", 10_000);
        // rope_scaling applies to the global layers only
        local = in().has("rope_parameters")
                ? RopeScaling.read(in(), "sliding_attention", headDim(), base, 1)
                : Rope.plain(base, headDim());
    }

    /** {@inheritDoc} Gemma3ForSequenceClassification is the class that reads images. */
    @Override
    public String architecture(boolean scalarHead) {
        return scalarHead ? "Gemma3TextForSequenceClassification" : super.architecture(false);
    }

    @Override
    Block attention() {
        return projections(new Block()
                .vector("input_layernorm.weight", 0, hiddenSize())
                .vector("self_attn.q_norm.weight", 0, headDim())
                .vector("self_attn.k_norm.weight", 0, headDim())
                .vector("post_attention_layernorm.weight", 0, hiddenSize()));
    }

    @Override
    @Nullable
    Rope rope(int layer) {
        return window(layer) > 0 ? local : super.rope(layer);
    }
}
