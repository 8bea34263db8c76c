package dev.rlhf.generate;

/**
 * What a model wrote after a prompt.
 *
 * @param ids new tokens, the stop token included if one came
 * @param logprobs log p of each under softmax(logits / temperature) without truncation, nats; greedy: temperature 1
 * @param stopped a stop token came; false: cut at the length limit
 */
public record Completion(int[] ids, float[] logprobs, boolean stopped) {
    /** The tokens a reader sees: without the stop token. */
    public int[] visibleIds() {
        return stopped ? java.util.Arrays.copyOf(ids, ids.length - 1) : ids;
    }
}
