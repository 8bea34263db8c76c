package dev.rlhf.stages.batch;

import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.text.Tokenizer;
import org.jspecify.annotations.Nullable;

/**
 * A completion with its text.
 *
 * @param text text without special tokens; null without a tokenizer
 * @param ids tokens, including the one that ended the completion
 * @param logprobs log-probability of each token, nats
 * @param reason why it ended: {@code stop} (an end token), {@code stop_string}, or {@code length} (truncated)
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record DecodedCompletion(@Nullable String text, int[] ids, float[] logprobs, String reason) {
    /**
     * Decodes a completion.
     *
     * @param before text before a stop string; null if it contains none
     */
    public static DecodedCompletion of(
            GeneratedCompletion completion, @Nullable Tokenizer tokenizer, @Nullable String before) {
        if (before != null && !completion.stopped()) {
            return new DecodedCompletion(before, completion.ids(), completion.logprobs(), "stop_string");
        }
        String text = tokenizer == null ? null : tokenizer.decode(completion.visibleIds(), true);
        return new DecodedCompletion(
                text, completion.ids(), completion.logprobs(), completion.stopped() ? "stop" : "length");
    }

    /** Returns whether the completion ended before the length limit. */
    public boolean ended() {
        return !reason.equals("length");
    }
}
