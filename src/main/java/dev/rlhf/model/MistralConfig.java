package dev.rlhf.model;

import java.util.Map;

/** Mistral (Jiang et al. 2023): Llama with a sliding window in every layer, if the config has one. */
final class MistralConfig extends RotaryConfig {
    static final Map<String, Object> DEFAULTS =
            Map.of("max_position_embeddings", 131_072, "num_key_value_heads", 8, "sliding_window", 4096);

    private final int window;

    MistralConfig(ConfigReader in) {
        super(in, "Mistral");
        // transformers ignores the list
        in().refuse("layer_types", "all layers of a Mistral are the same; is this a Ministral?");
        window = in().integer("sliding_window", 0);
    }

    @Override
    Block attention() {
        return attention(false, false);
    }

    @Override
    int window(int layer) {
        return window;
    }
}
