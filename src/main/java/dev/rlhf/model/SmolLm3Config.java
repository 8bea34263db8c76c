package dev.rlhf.model;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** SmolLM3 (Bakouch et al. 2025): Llama without rotary positions in every fourth layer. */
final class SmolLm3Config extends RotaryConfig {
    static final Map<String, Object> DEFAULTS = Map.of(
            "max_position_embeddings", 32_768,
            "num_key_value_heads", 4,
            "rope_theta", 2_000_000,
            "pad_token_id", 128_004,
            "eos_token_id", 128_001,
            "no_rope_layer_interval", 4,
            "tie_word_embeddings", true);

    private final boolean attentionBias;
    private final boolean mlpBias;
    private final boolean[] rotary;
    private final int[] windows;

    SmolLm3Config(ConfigReader in) {
        super(in, "SmolLM3");
        in().node("max_window_layers"); // in the 3B's file, like the next; transformers reads neither
        in().node("pretraining_tp");
        attentionBias = in().flag("attention_bias", false);
        mlpBias = in().flag("mlp_bias", false);
        rotary = rotary(in(), layers());
        int window = in().integer("sliding_window", 0);
        boolean asked = in().flag("use_sliding_window", false) && window > 0;
        windows = SlidingWindows.read(in(), layers(), layer -> asked && !rotary[layer], window);
    }

    /** Returns which layers have rotary positions: {@code no_rope_layers}, despite its name, has 1 for these. */
    private static boolean[] rotary(ConfigReader in, int layers) {
        boolean[] rotary = new boolean[layers];
        JsonNode list = in.node("no_rope_layers");
        int interval = in.size("no_rope_layer_interval");
        if (in.has("no_rope_layers") && list.size() != layers) {
            throw in.error("no_rope_layers has " + list.size() + " entries for " + layers + " layers");
        }
        for (int i = 0; i < layers; i++) {
            rotary[i] = in.has("no_rope_layers") ? list.path(i).asBoolean() : (i + 1) % interval != 0;
        }
        return rotary;
    }

    @Override
    Block attention() {
        return attention(attentionBias, attentionBias);
    }

    @Override
    Block mlp() {
        return mlp(mlpBias);
    }

    @Override
    @Nullable
    Rope rope(int layer) {
        return rotary[layer] ? super.rope(layer) : null;
    }

    @Override
    int window(int layer) {
        return windows[layer];
    }
}
