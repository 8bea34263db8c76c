package dev.rlhf.train;

import dev.rlhf.data.LengthBatches;
import dev.rlhf.stage.Option;
import org.jspecify.annotations.Nullable;

/**
 * The split of an optimizer step into forward passes over rows of similar length. Losses are divided by the counts of
 * the whole step, so the split changes gradients only by rounding.
 */
public record MicroBatchOptions(
        @Option(
                help = "maximum tokens per forward pass, padding included, so that fewer long rows share a pass; omit"
                        + " for no limit",
                min = 1)
        @Nullable
        Integer max_tokens_per_batch) {

    /** Returns the limits of a forward pass of at most {@code rows} rows. */
    public LengthBatches of(int rows) {
        return new LengthBatches(rows, max_tokens_per_batch == null ? Long.MAX_VALUE : max_tokens_per_batch);
    }
}
