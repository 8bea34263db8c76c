package dev.rlhf.generate;

import dev.rlhf.base.InputException;
import java.util.Set;

/**
 * How tokens are chosen and when a completion ends. In transformers' order: rules, temperature, top-k, top-p, min-p.
 *
 * @param temperature 0: greedy
 * @param topK 0: off
 * @param topP 1: off
 * @param minP tokens less likely than this times the most likely one are not drawn; 0: off
 * @param maxNewTokens a completion that has not ended by then is cut
 * @param stopIds tokens that end a completion; the one drawn is its last token
 * @param seed with a row's stream and the step, decides every draw
 * @param rules what the row so far does to the logits
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
    public Sampling {
        if (!(temperature >= 0 && temperature < Double.POSITIVE_INFINITY)
                || topK < 0
                || !(topP > 0 && topP <= 1)
                || !(minP >= 0 && minP <= 1)
                || maxNewTokens < 1) {
            throw new InputException(
                    "sampling: temperature >= 0, top_k >= 0, 0 < top_p <= 1, 0 <= min_p <= 1 and max_new_tokens >= 1 "
                            + "are needed");
        }
        stopIds = Set.copyOf(stopIds);
    }

    /** Without min-p and rules. */
    public Sampling(double temperature, int topK, double topP, int maxNewTokens, Set<Integer> stopIds, long seed) {
        this(temperature, topK, topP, 0, maxNewTokens, stopIds, seed, LogitRules.NONE);
    }

    /** The most likely token each time. */
    public static Sampling greedy(int maxNewTokens, Set<Integer> stopIds) {
        return new Sampling(0, 0, 1, maxNewTokens, stopIds, 0);
    }

    /** The same with min-p. */
    public Sampling withMinP(double min) {
        return new Sampling(temperature, topK, topP, min, maxNewTokens, stopIds, seed, rules);
    }

    /** The same under other rules. */
    public Sampling withRules(LogitRules other) {
        return new Sampling(temperature, topK, topP, minP, maxNewTokens, stopIds, seed, other);
    }
}
