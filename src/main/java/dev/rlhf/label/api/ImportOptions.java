package dev.rlhf.label.api;

/**
 * The batch into which tasks are imported, and its settings.
 *
 * @param batch created with an overlap of 1 if it does not exist
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
     * Options that change the overlap alone.
     *
     * @throws IllegalArgumentException if the name is empty or too long, or the overlap is below 1
     */
    public ImportOptions(String batch, int overlap) {
        this(batch, BatchChange.overlap(overlap));
    }

    public static ImportOptions defaults() {
        return new ImportOptions(DEFAULT_BATCH, BatchChange.NONE);
    }
}
