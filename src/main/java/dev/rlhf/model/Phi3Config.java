package dev.rlhf.model;

import java.util.Map;

/**
 * Phi-3 and Phi-4 (Abdin et al. 2024): Llama with queries, keys and values fused into one matrix, gate and up into
 * another, partial rotary positions, longrope, and an optional sliding window.
 */
final class Phi3Config extends RotaryConfig {
    static final Map<String, Object> DEFAULTS = Map.of(
            "max_position_embeddings", 4096,
            "original_max_position_embeddings", 4096,
            "rms_norm_eps", 1e-5,
            "pad_token_id", 32_000,
            "eos_token_id", 32_000);

    private final int window;
    private final double residualDropout;

    Phi3Config(ConfigReader in) {
        super(in, "Phi3", true);
        in().refuse("attention_bias", "Phi-3's projections have no biases");
        in().node("embd_pdrop"); // transformers 4.57 reads it without using it
        in().node("original_max_position_embeddings"); // read by longrope
        window = in().integer("sliding_window", 0);
        residualDropout = in().dropout("resid_pdrop", 0);
    }

    @Override
    Block attention() {
        return new Block()
                .vector("input_layernorm.weight", 1, hiddenSize())
                .noNorm()
                .noNorm()
                .noNorm()
                .linear("self_attn.qkv_proj", queryWidth() + 2L * keyWidth(), hiddenSize(), false)
                .noLinear()
                .noLinear()
                .linear("self_attn.o_proj", hiddenSize(), queryWidth(), false);
    }

    @Override
    Block mlp() {
        return new Block()
                .vector("post_attention_layernorm.weight", 1, hiddenSize())
                .noNorm()
                .linear("mlp.gate_up_proj", 2L * intermediateSize(), hiddenSize(), false)
                .noLinear()
                .linear("mlp.down_proj", hiddenSize(), intermediateSize(), false);
    }

    @Override
    int window(int layer) {
        return window;
    }

    @Override
    double residualDropout() {
        return residualDropout;
    }
}
