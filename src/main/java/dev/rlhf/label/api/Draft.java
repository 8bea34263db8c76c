package dev.rlhf.label.api;

/**
 * The unsubmitted state of a label, saved by the page.
 *
 * @param version incremented with every save
 * @param content JSON that only the page interprets, at most {@link #LIMIT} characters
 */
public record Draft(int version, String content) {
    /** Largest content, in UTF-16 units; the schema has the same limit. */
    public static final int LIMIT = 32 << 10;
}
