package dev.rlhf.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;

/** Llama 2 and 3.x (Touvron et al. 2023; Grattafiori et al. 2024), and SmolLM2, which is one. */
final class LlamaConfig extends RotaryConfig {
    private static final Map<String, Object> DEFAULTS = Map.of("max_position_embeddings", 2048);

    private final boolean attentionBias;
    private final boolean mlpBias;
    private final Rope rope;

    LlamaConfig(ObjectNode json, String where) {
        super(new ConfigReader(json, where, DEFAULTS), "Llama");
        in().node("pretraining_tp"); // in how many slices earlier versions summed a product: rounding
        in().require("partial_rotary_factor", 1.0);
        attentionBias = in().flag("attention_bias", false);
        mlpBias = in().flag("mlp_bias", false);
        rope = rope(in(), headDim());
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
    Rope rope(int layer) {
        return rope;
    }
}
