package dev.rlhf.label;

import org.jspecify.annotations.Nullable;

/**
 * Where imported tasks go.
 *
 * @param batch made if the store has none of that name
 * @param overlap how many labelers rank each task of the batch; null: what it was, 1 for a new batch
 */
public record ImportOptions(String batch, @Nullable Integer overlap) {
    public static final String DEFAULT_BATCH = "default";

    /** @throws IllegalArgumentException if the name is empty or too long, or the overlap below 1 */
    public ImportOptions {
        batch = batch.strip();
        if (batch.isEmpty() || batch.length() > 100) {
            throw new IllegalArgumentException("a batch's name has 1 to 100 characters");
        }
        if (overlap != null && (overlap < 1 || overlap > 1000)) {
            throw new IllegalArgumentException("overlap is " + overlap + "; it is 1 to 1000");
        }
    }

    public static ImportOptions defaults() {
        return new ImportOptions(DEFAULT_BATCH, null);
    }
}
