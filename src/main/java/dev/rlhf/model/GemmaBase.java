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

    /** Adds the four projections to the four norms of an attention block. */
    final Block projections(Block norms) {
        return projections(norms, bias, bias);
    }
}
