package dev.rlhf.data;

import dev.rlhf.base.CounterRng;
import java.util.Arrays;
import java.util.List;

/**
 * Documents concatenated into one sequence of tokens, for pretraining. Immutable; threads may share it.
 *
 * <p>A block of {@code length} inputs has {@code length + 1} tokens: the inputs are all but the last, the targets all
 * but the first.
 */
public final class TokenStream {
    /** A salt, so that windows are independent of other draws with the same seed. */
    private static final long STREAM = 0x57_494e_444f_57L;

    private final int[] ids;

    private TokenStream(int[] ids) {
        this.ids = ids;
    }

    /** Concatenates the documents in order, with an end-of-text token after each. */
    public static TokenStream of(List<int[]> documents, int endOfText) {
        int[] ids = new int
                [Math.toIntExact(
                        documents.stream().mapToLong(d -> d.length + 1L).sum())];
        int length = 0;
        for (int[] document : documents) {
            System.arraycopy(document, 0, ids, length, document.length);
            length += document.length;
            ids[length++] = endOfText;
        }
        return new TokenStream(ids);
    }

    /** Makes a stream from one text without an end token, for vocabularies that have none. */
    public static TokenStream of(int[] text) {
        return new TokenStream(text.clone());
    }

    public int length() {
        return ids.length;
    }

    /** Returns which of the ids below {@code vocabSize} occur. */
    public boolean[] seen(int vocabSize) {
        boolean[] seen = new boolean[vocabSize];
        for (int id : ids) {
            seen[id] = true;
        }
        return seen;
    }

    /** Returns the number of whole blocks; fewer than {@code length} targets at the end belong to none. */
    public int blocks(int length) {
        return Math.max(0, (ids.length - 1) / length);
    }

    /**
     * Returns block {@code index} of {@link #blocks}: {@code [length + 1]} tokens. Each token is the target of one
     * block; a block's first input is the last target of the block before.
     */
    public int[] block(int index, int length) {
        if (index < 0 || index >= blocks(length)) {
            throw new IndexOutOfBoundsException("block %d of %d".formatted(index, blocks(length)));
        }
        return Arrays.copyOfRange(ids, index * length, (index + 1) * length + 1);
    }

    /**
     * Returns window {@code draw} of an endless series: {@code [length + 1]} tokens from a start that is uniformly
     * distributed, as in nanoGPT's batches.
     *
     * @throws IllegalArgumentException if the stream has no such window
     */
    public int[] window(int length, long seed, long draw) {
        int starts = ids.length - length;
        if (starts < 1) {
            throw new IllegalArgumentException("%d tokens have no window of %d".formatted(ids.length, length + 1));
        }
        int start = (int) (CounterRng.uniform(seed, STREAM, draw) * starts);
        return Arrays.copyOfRange(ids, start, start + length + 1);
    }
}
