package dev.rlhf.model;

import java.util.HashMap;
import java.util.Map;

/**
 * Qwen3 (Yang et al. 2025): Qwen2 with norms on every head's query and key, a head width of its own, and no biases by
 * default.
 */
final class Qwen3Config extends Qwen2Config {
    private final boolean bias;

    Qwen3Config(ConfigReader in) {
        super(in, "Qwen3");
        bias = in().flag("attention_bias", false);
    }

    static Map<String, Object> defaults() {
        Map<String, Object> defaults = new HashMap<>(DEFAULTS);
        defaults.put("head_dim", 128);
        return defaults;
    }

    @Override
    Block attention() {
        Block norms = new Block()
                .vector("input_layernorm.weight", 1, hiddenSize())
                .vector("self_attn.q_norm.weight", 1, headDim())
                .vector("self_attn.k_norm.weight", 1, headDim())
                .noNorm();
        return projections(norms, bias, bias);
    }
}
