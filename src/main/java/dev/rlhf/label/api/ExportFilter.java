package dev.rlhf.label.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which labels are given away.
 *
 * @param batch of this batch alone; null: of all
 * @param guideline made by this version of the guidelines
 * @param since made at this time or later; of an edited label the last revision counts
 * @param until made before this time
 * @param labeler by this one alone
 * @param minOverlap tasks with fewer rankings that fit are left out; 0: tasks without any are written, too
 */
public record ExportFilter(
        @Nullable String batch,
        @Nullable String guideline,
        @Nullable Instant since,
        @Nullable Instant until,
        @Nullable String labeler,
        int minOverlap) {
    /** @throws IllegalArgumentException if nothing could pass */
    public ExportFilter {
        if (minOverlap < 0) {
            throw new IllegalArgumentException("min_overlap is " + minOverlap + "; it is 0 or more");
        }
        if (since != null && until != null && !since.isBefore(until)) {
            throw new IllegalArgumentException("since is not before until; nothing lies between them");
        }
    }

    /** All labels of a batch, or of all batches. */
    public static ExportFilter all(@Nullable String batch) {
        return new ExportFilter(batch, null, null, null, null, 0);
    }
}
