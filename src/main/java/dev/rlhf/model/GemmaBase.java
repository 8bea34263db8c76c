package dev.rlhf.model;

/** What all Gemmas have in common: scaled embeddings, norms with weights relative to 1, and {@code head_dim}. */
abstract class GemmaBase extends RotaryConfig {
    private final boolean bias;

    GemmaBase(ConfigReader in, String architecture) {
        super(in, architecture);
        in.node("cache_implementation"); // of transformers' own cache
        in.refuse("use_bidirectional_attention", "a decoder looks back only");
        bias = in.flag("attention_bias", false);
    }

    @Override
    final RmsNorm norm() {
        return RmsNorm.ONE_PLUS_WEIGHT;
    }

    @Override
    final double embeddingScale() {
        return Math.sqrt(hiddenSize());
    }

    /** Adds the four projections to a block's four norms. */
    final Block projections(Block norms) {
        return norms.linear("self_attn.q_proj", queryWidth(), hiddenSize(), bias)
                .linear("self_attn.k_proj", keyWidth(), hiddenSize(), bias)
                .linear("self_attn.v_proj", keyWidth(), hiddenSize(), bias)
                .linear("self_attn.o_proj", hiddenSize(), queryWidth(), bias);
    }

    /** Adds the gated MLP to its two norms. */
    final Block gated(Block norms) {
        return norms.linear("mlp.gate_proj", intermediateSize(), hiddenSize(), false)
                .linear("mlp.up_proj", intermediateSize(), hiddenSize(), false)
                .linear("mlp.down_proj", hiddenSize(), intermediateSize(), false);
    }
}
