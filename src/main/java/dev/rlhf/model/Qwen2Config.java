package dev.rlhf.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Qwen2 and Qwen2.5 (Yang et al. 2024): Llama with biases on queries, keys and values, and windows in later layers if asked for. */
final class Qwen2Config extends RotaryConfig {
    static final Map<String, Object> DEFAULTS = Map.of(
            "max_position_embeddings", 32_768,
            "num_key_value_heads", 32,
            "sliding_window", 4096,
            "max_window_layers", 28);

    private final int[] windows;
    private final Rope rope;

    Qwen2Config(ObjectNode json, String where) {
        super(new ConfigReader(json, where, DEFAULTS), "Qwen2");
        in().require("partial_rotary_factor", 1.0);
        windows = windows(in(), layers());
        rope = rope(in(), headDim());
    }

    /** {@code layer_types}, or a window from layer {@code max_window_layers} on; none unless {@code use_sliding_window}. */
    static int[] windows(ConfigReader in, int layers) {
        int first = in.integer("max_window_layers");
        int asked = in.integer("sliding_window", 0);
        int window = in.flag("use_sliding_window", false) ? asked : 0;
        return windows(in, layers, layer -> window > 0 && layer >= first, window);
    }

    @Override
    Block attention() {
        return attention(true, false);
    }

    @Override
    Block mlp() {
        return mlp(false);
    }

    @Override
    Rope rope(int layer) {
        return rope;
    }

    @Override
    int window(int layer) {
        return windows[layer];
    }
}
