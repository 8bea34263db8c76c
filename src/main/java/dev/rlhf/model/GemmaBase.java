package dev.rlhf.model;

/** What all Gemmas share: scaled embeddings, norms that count from 1, heads of a width of their own. */
abstract class GemmaBase extends RotaryConfig {
    private final boolean bias;

    GemmaBase(ConfigReader in, String architecture) {
        super(in, architecture);
        in.require("partial_rotary_factor", 1.0);
        in.node("cache_implementation"); // how transformers keeps its cache
        bias = in.flag("attention_bias", false);
    }

    @Override
    final RmsNorm norm() {
        return RmsNorm.FROM_ONE;
    }

    @Override
    final double embeddingScale() {
        return Math.sqrt(hiddenSize());
    }

    /** The four projections, after a block's four norms. */
    final Block projections(Block norms) {
        return norms.linear("self_attn.q_proj", queryWidth(), hiddenSize(), bias)
                .linear("self_attn.k_proj", keyWidth(), hiddenSize(), bias)
                .linear("self_attn.v_proj", keyWidth(), hiddenSize(), bias)
                .linear("self_attn.o_proj", hiddenSize(), queryWidth(), bias);
    }

    /** The gated MLP, after its two norms. */
    final Block gated(Block norms) {
        return norms.linear("mlp.gate_proj", inner(), hiddenSize(), false)
                .linear("mlp.up_proj", inner(), hiddenSize(), false)
                .linear("mlp.down_proj", hiddenSize(), inner(), false);
    }
}
