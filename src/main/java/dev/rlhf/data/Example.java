package dev.rlhf.data;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A sequence of tokens with labels that say which of them are trained on. A label has the same index as its token; the
 * loss shifts them.
 *
 * @param ids {@code [T]}, not empty
 * @param labels {@code [T]}: the id, or {@link #IGNORED}
 * @param parts the lengths of the sequences packed into it, in order; one if it is not packed. They do not attend to
 *     each other.
 */
@SuppressWarnings("ArrayRecordComponent") // token ids by the million; never compared
public record Example(int[] ids, int[] labels, int[] parts) {
    /** The label of a token that is not trained on, as in PyTorch and transformers. */
    public static final int IGNORED = -100;

    /** @throws IllegalArgumentException if the lengths do not agree */
    public Example {
        if (ids.length == 0
                || ids.length != labels.length
                || Arrays.stream(parts).sum() != ids.length) {
            throw new IllegalArgumentException(
                    "%d ids, %d labels, parts %s".formatted(ids.length, labels.length, Arrays.toString(parts)));
        }
    }

    /** Makes an example from one sequence. */
    public static Example of(int[] ids, int[] labels) {
        return new Example(ids, labels, new int[] {ids.length});
    }

    public int length() {
        return ids.length;
    }

    /**
     * Returns the number of tokens that are trained on: tokens with a label, except the first of each sequence, which
     * is not predicted.
     */
    public int trainedTokens() {
        int trained = 0;
        for (int i = 1; i < labels.length; i++) {
            trained += labels[i] == IGNORED ? 0 : 1;
        }
        return trained;
    }

    /** Returns whether one of {@code tokens} is trained on, such as the token that ends an answer. */
    public boolean trainsOn(Set<Integer> tokens) {
        return IntStream.range(1, labels.length).anyMatch(i -> labels[i] != IGNORED && tokens.contains(labels[i]));
    }
}
