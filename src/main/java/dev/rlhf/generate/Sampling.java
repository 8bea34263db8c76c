package dev.rlhf.generate;

import dev.rlhf.base.InputException;
import java.util.Set;

/**
 * How tokens are chosen and when a completion ends.
 *
 * @param temperature 0: greedy
 * @param topK 0: off
 * @param topP 1: off
 * @param maxNewTokens a completion that has not ended by then is cut
 * @param stopIds tokens that end a completion; the one drawn is its last token
 * @param seed with a row's stream and the step, decides every draw
 */
public record Sampling(double temperature, int topK, double topP, int maxNewTokens, Set<Integer> stopIds, long seed) {
    public Sampling {
        if (temperature < 0 || topK < 0 || !(topP > 0 && topP <= 1) || maxNewTokens < 1) {
            throw new InputException(
                    "sampling: temperature >= 0, top_k >= 0, 0 < top_p <= 1 and max_new_tokens >= 1 are needed");
        }
        stopIds = Set.copyOf(stopIds);
    }

    /** The most likely token each time. */
    public static Sampling greedy(int maxNewTokens, Set<Integer> stopIds) {
        return new Sampling(0, 0, 1, maxNewTokens, stopIds, 0);
    }
}
