package dev.rlhf.model;

import java.util.Map;

/** OLMo 2 (Walsh et al. 2024): Llama with norms after attention and MLP, over all queries, and over all keys. */
final class Olmo2Config extends RotaryConfig {
    static final Map<String, Object> DEFAULTS =
            Map.of("max_position_embeddings", 2048, "rms_norm_eps", 1e-5, "pad_token_id", 1, "eos_token_id", 50_279);

    private final boolean bias;

    Olmo2Config(ConfigReader in) {
        super(in, "Olmo2");
        bias = in().flag("attention_bias", false);
    }

    @Override
    Block attention() {
        Block norms = new Block()
                .noNorm()
                .vector("self_attn.q_norm.weight", 1, queryWidth())
                .vector("self_attn.k_norm.weight", 1, keyWidth())
                .vector("post_attention_layernorm.weight", 1, hiddenSize());
        return projections(norms, bias, bias);
    }

    @Override
    Block mlp() {
        return gated(new Block().noNorm().vector("post_feedforward_layernorm.weight", 1, hiddenSize()), false);
    }

    @Override
    RmsNorm norm() {
        return RmsNorm.BEFORE_CAST;
    }
}
