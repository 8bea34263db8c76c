package dev.rlhf.model;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Gemma 3's text model (Kamath et al. 2025): Gemma 2 with norms on every head's query and key instead of a cap on
 * scores. Layers with a sliding window, five of six, have rotary positions with a base of their own.
 */
final class Gemma3Config extends GemmaBase {
    static final Map<String, Object> DEFAULTS = Map.ofEntries(
            Map.entry("num_key_value_heads", 4),
            Map.entry("head_dim", 256),
            Map.entry("hidden_activation", "gelu_pytorch_tanh"),
            Map.entry("max_position_embeddings", 131_072),
            Map.entry("query_pre_attn_scalar", 256),
            Map.entry("sliding_window", 4096),
            Map.entry("rope_theta", 1_000_000),
            Map.entry("pad_token_id", 0),
            Map.entry("eos_token_id", 1),
            Map.entry("tie_word_embeddings", true));

    private final double queryScalar;
    private final double logitCap;
    private final int[] windows;
    private final Rope local;

    Gemma3Config(ConfigReader in) {
        super(in, "Gemma3");
        in().require("attn_logit_softcapping", "null"); // transformers 4.57 reads it without using it
        queryScalar = in().positive("query_pre_attn_scalar", 256);
        logitCap = in().number("final_logit_softcapping", 0);
        int pattern = in().size("_sliding_window_pattern", in().size("sliding_window_pattern", 6));
        int window = in().integer("sliding_window", 0);
        windows = SlidingWindows.read(in(), layers(), layer -> (layer + 1) % pattern != 0, window);
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
    Block mlp() {
        return gated(new Block()
                .vector("pre_feedforward_layernorm.weight", 0, hiddenSize())
                .vector("post_feedforward_layernorm.weight", 0, hiddenSize()));
    }

    @Override
    @Nullable
    Rope rope(int layer) {
        return windows[layer] > 0 ? local : super.rope(layer);
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
    public double logitCap() {
        return logitCap;
    }
}
