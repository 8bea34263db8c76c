package dev.rlhf.model;

import java.util.Map;

/**
 * Qwen2 and Qwen2.5 (Yang et al. 2024): Llama with biases on queries, keys and values, and optional sliding windows in
 * later layers.
 */
class Qwen2Config extends RotaryConfig {
    static final Map<String, Object> DEFAULTS = Map.of(
            "max_position_embeddings", 32_768,
            "num_key_value_heads", 32,
            "sliding_window", 4096,
            "max_window_layers", 28);

    private final int[] windows;

    Qwen2Config(ConfigReader in) {
        this(in, "Qwen2");
    }

    Qwen2Config(ConfigReader in, String architecture) {
        super(in, architecture);
        windows = windows(in, layers());
    }

    /**
     * Reads {@code layer_types}, or a window from layer {@code max_window_layers} on; none unless {@code
     * use_sliding_window}.
     */
    private static int[] windows(ConfigReader in, int layers) {
        int first = in.integer("max_window_layers");
        int asked = in.integer("sliding_window", 0);
        int window = in.flag("use_sliding_window", false) ? asked : 0;
        return SlidingWindows.read(in, layers, layer -> window > 0 && layer >= first, window);
    }

    @Override
    Block attention() {
        return attention(true, false);
    }

    @Override
    final int window(int layer) {
        return windows[layer];
    }
}
