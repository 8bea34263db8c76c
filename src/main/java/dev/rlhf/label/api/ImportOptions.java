package dev.rlhf.label.api;

/**
 * Where imported tasks go.
 *
 * @param batch made if the store has none of that name, with an overlap of 1
 * @param change new settings of the batch
 */
public record ImportOptions(String batch, BatchChange change) {
    public static final String DEFAULT_BATCH = "default";

    /** @throws IllegalArgumentException if the name is empty or too long */
    public ImportOptions {
        batch = batch.strip();
        if (batch.isEmpty() || batch.length() > 100) {
            throw new IllegalArgumentException("a batch's name has 1 to 100 characters");
        }
    }

    /**
     * With another overlap alone.
     *
     * @throws IllegalArgumentException if the name is empty or too long, or the overlap below 1
     */
    public ImportOptions(String batch, int overlap) {
        this(batch, BatchChange.overlap(overlap));
    }

    public static ImportOptions defaults() {
        return new ImportOptions(DEFAULT_BATCH, BatchChange.NONE);
    }
}
