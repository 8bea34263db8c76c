package dev.rlhf.data;

import java.util.Arrays;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * A sequence of tokens, some of which are trained on.
 *
 * @param ids {@code [T]}, not empty
 * @param trained {@code [T]}, whether each token is trained on
 * @param parts the lengths of the sequences packed into it, in order; one if it is not packed. They do not attend to
 *     each other.
 */
@SuppressWarnings("ArrayRecordComponent") // token ids by the million; never compared
public record Example(int[] ids, boolean[] trained, int[] parts) {
    /** The label of a token that is not trained on, as in PyTorch and transformers. */
    public static final int IGNORED = -100;

    /** @throws IllegalArgumentException if the lengths do not agree */
    public Example {
        if (ids.length == 0
                || ids.length != trained.length
                || Arrays.stream(parts).sum() != ids.length) {
            throw new IllegalArgumentException(
                    "%d ids, %d of trained, parts %s".formatted(ids.length, trained.length, Arrays.toString(parts)));
        }
    }

    /** Makes an example from one sequence. */
    public static Example of(int[] ids, boolean[] trained) {
        return new Example(ids, trained, new int[] {ids.length});
    }

    /** Makes an example from one sequence that is trained on as a whole. */
    public static Example of(int[] ids) {
        boolean[] all = new boolean[ids.length];
        Arrays.fill(all, true);
        return of(ids, all);
    }

    public int length() {
        return ids.length;
    }

    /** Returns the label of token {@code i}: its id, or {@link #IGNORED}. The loss shifts labels. */
    public int label(int i) {
        return trained[i] ? ids[i] : IGNORED;
    }

    /** Returns the number of tokens that are trained on, without the first, which is not predicted. */
    public int trainedTokens() {
        return (int) IntStream.range(1, ids.length).filter(i -> trained[i]).count();
    }

    /** Returns whether one of {@code tokens} is trained on, such as the token that ends an answer. */
    public boolean trainsOn(Set<Integer> tokens) {
        return IntStream.range(1, ids.length).anyMatch(i -> trained[i] && tokens.contains(ids[i]));
    }
}
