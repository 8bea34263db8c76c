package dev.rlhf.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Mistral (Jiang et al. 2023): Llama with a sliding window in every layer, where the config has one. */
final class MistralConfig extends RotaryConfig {
    private static final Map<String, Object> DEFAULTS =
            Map.of("max_position_embeddings", 131_072, "num_key_value_heads", 8, "sliding_window", 4096);

    private final int window;
    private final Rope rope;

    MistralConfig(ObjectNode json, String where) {
        super(new ConfigReader(json, where, DEFAULTS), "Mistral");
        in().require("partial_rotary_factor", 1.0);
        // transformers runs such a file as if the list were not there
        in().refuse("layer_types", "Mistral's layers are all alike; is this a Ministral?");
        window = in().integer("sliding_window", 0);
        rope = rope(in(), headDim());
    }

    @Override
    Block attention() {
        return attention(false, false);
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
        return window;
    }
}
