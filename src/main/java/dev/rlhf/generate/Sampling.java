package dev.rlhf.generate;

import dev.rlhf.base.InputException;
import java.util.Set;

/**
 * Sampling settings, applied in transformers' order: rules, temperature, top-k, top-p, min-p.
 *
 * @param temperature 0 = greedy
 * @param topK number of most likely tokens to keep; 0 = all
 * @param topP probability mass of the most likely tokens to keep; 1 = all
 * @param minP minimum probability of a kept token, relative to the most likely one; 0 = off
 * @param maxNewTokens the maximum number of tokens of a completion
 * @param stopIds tokens that end a completion and are its last token
 * @param seed determines every draw, together with the row's stream and the step
 * @param rules changes of the logits that depend on the tokens so far
 */
public record Sampling(
        double temperature,
        int topK,
        double topP,
        double minP,
        int maxNewTokens,
        Set<Integer> stopIds,
        long seed,
        LogitRules rules) {
    /** Logits divided by less could overflow. */
    private static final double LOWEST_TEMPERATURE = 1e-6;

    public Sampling {
        if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)
                || topK < 0
                || !(topP > 0 && topP <= 1)
                || !(minP >= 0 && minP <= 1)
                || maxNewTokens < 1) {
            throw new InputException(
                    "sampling: temperature must be >= 0, top_k >= 0, 0 < top_p <= 1, 0 <= min_p <= 1 and"
                            + " max_new_tokens >= 1");
        }
        if (temperature > 0 && temperature < LOWEST_TEMPERATURE) {
            throw new InputException("temperature: %s is too small for float32; give at least %s, or 0 for the most"
                            .formatted(temperature, LOWEST_TEMPERATURE)
                    + " likely token");
        }
        stopIds = Set.copyOf(stopIds);
    }

    /** Creates settings without min-p and rules. */
    public Sampling(double temperature, int topK, double topP, int maxNewTokens, Set<Integer> stopIds, long seed) {
        this(temperature, topK, topP, 0, maxNewTokens, stopIds, seed, LogitRules.NONE);
    }

    /** Returns settings for greedy decoding: the most likely token in every step. */
    public static Sampling greedy(int maxNewTokens, Set<Integer> stopIds) {
        return new Sampling(0, 0, 1, maxNewTokens, stopIds, 0);
    }

    /** Returns a copy with min-p. */
    public Sampling withMinP(double min) {
        return new Sampling(temperature, topK, topP, min, maxNewTokens, stopIds, seed, rules);
    }

    /** Returns a copy with other rules. */
    public Sampling withRules(LogitRules other) {
        return new Sampling(temperature, topK, topP, minP, maxNewTokens, stopIds, seed, other);
    }
}
