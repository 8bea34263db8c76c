package dev.rlhf.stages.batch;

import dev.rlhf.generate.Completion;
import dev.rlhf.text.Tokenizer;
import org.jspecify.annotations.Nullable;

/**
 * A completion as people read it.
 *
 * @param text without special tokens; null where there is no tokenizer
 * @param ids its tokens, the one that ended it included
 * @param logprobs of each of them
 * @param reason {@code stop}: an end token; {@code stop_string}; {@code length}: cut
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record DecodedCompletion(@Nullable String text, int[] ids, float[] logprobs, String reason) {
    /** @param before what was written before a stop string; null if none came */
    public static DecodedCompletion of(Completion completion, @Nullable Tokenizer tokenizer, @Nullable String before) {
        if (before != null && !completion.stopped()) {
            return new DecodedCompletion(before, completion.ids(), completion.logprobs(), "stop_string");
        }
        String text = tokenizer == null ? null : tokenizer.decode(completion.visibleIds(), true);
        return new DecodedCompletion(
                text, completion.ids(), completion.logprobs(), completion.stopped() ? "stop" : "length");
    }

    /** Whether the model came to an end by itself. */
    public boolean ended() {
        return !reason.equals("length");
    }
}
