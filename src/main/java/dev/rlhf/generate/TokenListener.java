package dev.rlhf.generate;

/** Receives tokens as they are generated, for streaming, for stop strings, or to end a row early. */
@FunctionalInterface
public interface TokenListener {
    /**
     * Receives a token that was just drawn.
     *
     * @param row index of its prompt in the list
     * @return whether the row continues; a row that has drawn a stop token ends in any case
     */
    boolean token(int row, int token);
}
