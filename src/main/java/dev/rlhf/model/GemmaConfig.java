package dev.rlhf.model;

import java.util.Map;

/** Gemma (Mesnard et al. 2024): Llama with a gelu gate and the features of {@link GemmaBase}. */
final class GemmaConfig extends GemmaBase {
    static final Map<String, Object> DEFAULTS = Map.of(
            "num_key_value_heads", 16,
            "head_dim", 256,
            "hidden_act", "gelu_pytorch_tanh",
            "max_position_embeddings", 8192,
            "pad_token_id", 0,
            "eos_token_id", 1,
            "tie_word_embeddings", true);

    GemmaConfig(ConfigReader in) {
        super(in, "Gemma");
        String old = in().text("hidden_act", "");
        String wanted = in().text("hidden_activation", old);
        if (!wanted.equals(old)) {
            throw in().error("hidden_act " + old + " and hidden_activation " + wanted + " disagree, and transformers'"
                    + " versions differ in which they run; set both to the one that is meant");
        }
    }

    @Override
    Block attention() {
        return projections(new Block()
                .vector("input_layernorm.weight", 0, hiddenSize())
                .noNorm()
                .noNorm()
                .noNorm());
    }

    @Override
    Block mlp() {
        Block norms = new Block()
                .vector("post_attention_layernorm.weight", 0, hiddenSize())
                .noNorm();
        return gated(norms, false);
    }
}
