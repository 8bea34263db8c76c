package dev.rlhf.data;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * Tokens to train on, and which of them are learnt. Labels stand where their tokens stand; the loss shifts them.
 *
 * @param ids {@code [T]}, not empty
 * @param labels {@code [T]}: the id, or {@link #IGNORED}
 * @param parts lengths of the sequences it is packed from, in order; one if it is not packed. They do not see each other.
 */
@SuppressWarnings("ArrayRecordComponent") // token ids by the million; never compared
public record Example(int[] ids, int[] labels, int[] parts) {
    /** Label of a token that is not learnt, as in PyTorch and transformers. */
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

    /** One sequence, not packed. */
    public static Example of(int[] ids, int[] labels) {
        return new Example(ids, labels, new int[] {ids.length});
    }

    public int length() {
        return ids.length;
    }

    /** How many tokens are learnt: labelled ones that have a token before them to be predicted from. */
    public int learnt() {
        int learnt = 0;
        for (int i = 1; i < labels.length; i++) {
            learnt += labels[i] == IGNORED ? 0 : 1;
        }
        return learnt;
    }

    /** Returns whether one of {@code tokens} is learned, such as the token that ends an answer. */
    public boolean learns(Set<Integer> tokens) {
        return IntStream.range(1, labels.length).anyMatch(i -> labels[i] != IGNORED && tokens.contains(labels[i]));
    }
}
