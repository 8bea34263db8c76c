package dev.rlhf.data;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Groups rows into batches: rows of similar length, so that there is little padding, or in the given order if they are
 * packed.
 *
 * @param most maximum rows per batch
 * @param tokens maximum tokens per batch, padding included; a single row may exceed it
 * @param packed whether the rows of a batch are concatenated without padding
 */
public record LengthBatches(int most, long tokens, boolean packed) {
    /** Maximum tokens per batch on a CPU, padding included: 2,048 tokens of 1,536 fp32 activations are 12 MiB. */
    private static final int CPU_TOKENS = 2048;

    /** Creates limits for padded batches. */
    public LengthBatches(int most, long tokens) {
        this(most, tokens, false);
    }

    /**
     * Returns the limits for frozen models. On a CPU, batches are so small that a layer's activations fit into the
     * processor's cache.
     */
    public static LengthBatches ofFrozen(boolean onGpu, int most) {
        return new LengthBatches(most, onGpu ? Long.MAX_VALUE : CPU_TOKENS);
    }

    /** Returns the maximum number of rows of {@code width} tokens per batch, at least 1. */
    public int rows(int width) {
        return (int) Math.max(1, Math.min(most, tokens / width));
    }

    /** Returns the largest number of tokens that a packed batch of some rows of these lengths can have. */
    public long packedTokens(int[] lengths) {
        int[] sorted = Arrays.stream(lengths).sorted().toArray();
        int from = Math.max(0, sorted.length - most);
        long longest = Arrays.stream(sorted, from, sorted.length).asLongStream().sum();
        return Math.min(longest, Math.max(tokens, sorted[sorted.length - 1]));
    }

    /**
     * Returns the indices of rows of these lengths, batch by batch; unless they are packed, from the shortest to the
     * longest.
     */
    public List<int[]> of(int[] lengths) {
        int[] single = new int[lengths.length];
        Arrays.fill(single, 1);
        return of(lengths, single);
    }

    /**
     * Groups rows of several sequences each; the sequences of a row stay together.
     *
     * @param lengths longest sequence of each row
     * @param sequences number of sequences of each row
     */
    public List<int[]> of(int[] lengths, int[] sequences) {
        if (packed) {
            return inOrder(lengths, sequences);
        }
        int[] order = IntStream.range(0, lengths.length)
                .boxed()
                .sorted(Comparator.comparingInt(i -> lengths[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        List<int[]> batches = new ArrayList<>();
        for (int from = 0, to = 0; from < order.length; from = to) {
            long count = sequences[order[from]];
            for (to = from + 1; to < order.length && to - from < most; to++) {
                count += sequences[order[to]];
                if (count * lengths[order[to]] > tokens) {
                    break;
                }
            }
            batches.add(Arrays.copyOfRange(order, from, to));
        }
        return batches;
    }

    private List<int[]> inOrder(int[] lengths, int[] sequences) {
        List<int[]> batches = new ArrayList<>();
        for (int from = 0, to = 0; from < lengths.length; from = to) {
            long count = (long) sequences[from] * lengths[from];
            for (to = from + 1; to < lengths.length && to - from < most; to++) {
                count += (long) sequences[to] * lengths[to];
                if (count > tokens) {
                    break;
                }
            }
            batches.add(IntStream.range(from, to).toArray());
        }
        return batches;
    }
}
