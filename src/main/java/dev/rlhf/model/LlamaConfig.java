package dev.rlhf.model;

import java.util.Map;

/** Llama 2 and 3.x (Touvron et al. 2023; Grattafiori et al. 2024), and SmolLM2, which has the same architecture. */
final class LlamaConfig extends RotaryConfig {
    static final Map<String, Object> DEFAULTS = Map.of("max_position_embeddings", 2048);

    private final boolean attentionBias;
    private final boolean mlpBias;

    LlamaConfig(ConfigReader in) {
        super(in, "Llama");
        in().node("pretraining_tp"); // slices in which old versions summed a product: changes rounding only
        attentionBias = in().flag("attention_bias", false);
        mlpBias = in().flag("mlp_bias", false);
    }

    @Override
    Block attention() {
        return attention(attentionBias, attentionBias);
    }

    @Override
    Block mlp() {
        return mlp(mlpBias);
    }
}
