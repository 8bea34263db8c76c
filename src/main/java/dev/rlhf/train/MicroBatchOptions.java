package dev.rlhf.train;

import dev.rlhf.data.LengthBatches;
import dev.rlhf.stage.Option;
import org.jspecify.annotations.Nullable;

/**
 * Options for dividing an optimizer step into forward passes: over rows of similar length, or with {@code padding_free}
 * in the order in which they were drawn. Losses are divided by the counts of the whole step, so the division affects
 * gradients only by rounding.
 */
public record MicroBatchOptions(
        @Option(
                help = "maximum tokens per forward pass, padding included, so that fewer long rows share a pass; omit"
                        + " for no limit",
                min = 1)
        @Nullable
        Integer max_tokens_per_batch,

        @Option(
                help = "rows of a forward pass concatenated without padding, each attending only to itself",
                value = "false")
        boolean padding_free) {

    /** Returns the limits of a forward pass of at most {@code rows} rows. */
    public LengthBatches of(int rows) {
        long tokens = max_tokens_per_batch == null ? Long.MAX_VALUE : max_tokens_per_batch;
        return new LengthBatches(rows, tokens, padding_free);
    }
}
