package dev.rlhf.label.api;

/**
 * What a page has saved of a label that is not submitted.
 *
 * @param version grows with every save
 * @param content JSON of the page's own, at most {@link #LIMIT} bytes
 */
public record Draft(int version, String content) {
    /** Largest content in bytes of UTF-8. */
    public static final int LIMIT = 32 << 10;
}
