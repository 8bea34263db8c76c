package dev.rlhf.data;

import dev.rlhf.tensor.CounterRng;
import java.util.Arrays;
import java.util.List;

/**
 * Documents end to end, for pretraining. Immutable; threads may share it.
 *
 * <p>A block of {@code length} inputs has {@code length + 1} tokens: the inputs are all but the last, the targets all but the
 * first.
 */
public final class TokenStream {
    /** Salt, so that windows have nothing to do with other draws of the same seed. */
    private static final long STREAM = 0x57_494e_444f_57L;

    private final int[] ids;

    private TokenStream(int[] ids) {
        this.ids = ids;
    }

    /** The documents in order, an end-of-text token after each. */
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

    /** One text without an end, for vocabularies that have no end-of-text token. */
    public static TokenStream of(int[] text) {
        return new TokenStream(text.clone());
    }

    public int length() {
        return ids.length;
    }

    /** Which of {@code vocabSize} ids occur. */
    public boolean[] seen(int vocabSize) {
        boolean[] seen = new boolean[vocabSize];
        for (int id : ids) {
            seen[id] = true;
        }
        return seen;
    }

    /** How many whole blocks there are; fewer than {@code length} targets at the end belong to none. */
    public int blocks(int length) {
        return Math.max(0, (ids.length - 1) / length);
    }

    /**
     * Block {@code index} of {@link #blocks}: {@code [length + 1]} tokens. Each token is the target of one block; a block's first
     * input is the last target of the block before.
     */
    public int[] block(int index, int length) {
        if (index < 0 || index >= blocks(length)) {
            throw new IndexOutOfBoundsException("block %d of %d".formatted(index, blocks(length)));
        }
        return Arrays.copyOfRange(ids, index * length, (index + 1) * length + 1);
    }

    /**
     * The {@code draw}-th of an endless series of windows, {@code [length + 1]} tokens that start anywhere with equal
     * probability: how nanoGPT takes its batches.
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
