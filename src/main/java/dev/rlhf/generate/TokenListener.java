package dev.rlhf.generate;

/**
 * Watches a generation while it runs: streams it to a reader, looks for stop strings, ends it when nobody waits for it.
 */
@FunctionalInterface
public interface TokenListener {
    /**
     * A token was drawn.
     *
     * @param row place of its prompt in the list
     * @return whether the row goes on; one that has drawn a stop token ends in any case
     */
    boolean token(int row, int token);
}
