package dev.rlhf.model;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;

/** Qwen3 (Yang et al. 2025): Qwen2 with a norm on every head's query and key, no biases, heads of a width of their own. */
final class Qwen3Config extends RotaryConfig {
    private final boolean bias;
    private final int[] windows;
    private final Rope rope;

    Qwen3Config(ObjectNode json, String where) {
        super(new ConfigReader(json, where, defaults()), "Qwen3");
        in().require("partial_rotary_factor", 1.0);
        bias = in().flag("attention_bias", false);
        windows = Qwen2Config.windows(in(), layers());
        rope = rope(in(), headDim());
    }

    private static Map<String, Object> defaults() {
        Map<String, Object> defaults = new HashMap<>(Qwen2Config.DEFAULTS);
        defaults.put("head_dim", 128);
        return defaults;
    }

    @Override
    Block attention() {
        return new Block()
                .vector("input_layernorm.weight", 1, hiddenSize())
                .vector("self_attn.q_norm.weight", 1, headDim())
                .vector("self_attn.k_norm.weight", 1, headDim())
                .noNorm()
                .linear("self_attn.q_proj", queryWidth(), hiddenSize(), bias)
                .linear("self_attn.k_proj", keyWidth(), hiddenSize(), bias)
                .linear("self_attn.v_proj", keyWidth(), hiddenSize(), bias)
                .linear("self_attn.o_proj", hiddenSize(), queryWidth(), bias);
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
