package dev.rlhf.model;

import java.util.HashMap;
import java.util.Map;
import java.util.function.IntPredicate;

/**
 * The common features of Gemma 2 and 3: norms before and after attention and MLP, sliding windows in some layers,
 * {@code query_pre_attn_scalar} in place of the width of a head, and a soft cap on logits.
 */
abstract class WindowedGemma extends GemmaBase {
    private static final Map<String, Object> DEFAULTS = Map.of(
            "num_key_value_heads", 4,
            "head_dim", 256,
            "hidden_activation", "gelu_pytorch_tanh",
            "query_pre_attn_scalar", 256,
            "sliding_window", 4096,
            "pad_token_id", 0,
            "eos_token_id", 1,
            "tie_word_embeddings", true);

    private final double queryScalar;
    private final double logitCap;
    private final int[] windows;

    /** @param slidesByDefault whether a layer has a window if the file has no {@code layer_types} */
    WindowedGemma(ConfigReader in, String architecture, IntPredicate slidesByDefault) {
        super(in, architecture);
        queryScalar = in.positive("query_pre_attn_scalar", 256);
        logitCap = in.number("final_logit_softcapping", 0);
        windows = SlidingWindows.read(in, layers(), slidesByDefault, in.integer("sliding_window", 0));
    }

    /** Returns the defaults of a config that has these in addition to the common ones. */
    static Map<String, Object> defaults(Map<String, Object> own) {
        Map<String, Object> defaults = new HashMap<>(DEFAULTS);
        defaults.putAll(own);
        return defaults;
    }

    @Override
    final Block mlp() {
        Block norms = new Block()
                .vector("pre_feedforward_layernorm.weight", 0, hiddenSize())
                .vector("post_feedforward_layernorm.weight", 0, hiddenSize());
        return gated(norms, false);
    }

    @Override
    final int window(int layer) {
        return windows[layer];
    }

    @Override
    final double attentionScale() {
        return 1 / Math.sqrt(queryScalar);
    }

    @Override
    public final double logitCap() {
        return logitCap;
    }
}
