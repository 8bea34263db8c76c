package dev.rlhf.generate;

import dev.rlhf.base.Floats;
import java.util.Arrays;

/**
 * A model's continuation of a prompt.
 * @param ids the new tokens, including the stop token if one was drawn
 * @param logprobs log p of each token under softmax(logits / temperature) without truncation, nats; temperature 1 if
 *     greedy
 * @param stopped whether a stop token was drawn; false: truncated at the length limit
 */
public record GeneratedCompletion(int[] ids, float[] logprobs, boolean stopped) {
    /** Returns the log-probability of the whole completion: the sum of {@code logprobs}. */
    public double logprob() {
        return Floats.sum(logprobs);
    }

    /** Returns the tokens without the stop token. */
    public int[] visibleIds() {
        return stopped ? Arrays.copyOf(ids, ids.length - 1) : ids;
    }
}
