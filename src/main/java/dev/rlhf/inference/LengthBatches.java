package dev.rlhf.inference;

import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Groups sequences into batches of similar length, so that little is padded. On a CPU, batches are small enough to keep
 * a layer's activations in its cache.
 */
final class LengthBatches {
    /** Most padded tokens per batch on a CPU: 2,048 tokens of 1,536 fp32 activations are 12 MiB. */
    private static final int CPU_TOKENS = 2048;

    private LengthBatches() {}

    /**
     * Returns the indices of {@code sequences}, batch by batch from the shortest to the longest.
     *
     * @param most largest number of sequences per batch
     */
    static List<int[]> of(Torch torch, List<int[]> sequences, int most) {
        return of(
                sequences.stream().mapToInt(s -> s.length).toArray(),
                most,
                torch.onGpu() ? Long.MAX_VALUE : CPU_TOKENS);
    }

    /**
     * Groups sequences of these lengths; a batch of more than one has at most {@code tokens} tokens, including padding.
     */
    static List<int[]> of(int[] lengths, int most, long tokens) {
        int[] order = IntStream.range(0, lengths.length)
                .boxed()
                .sorted(Comparator.comparingInt(i -> lengths[i]))
                .mapToInt(Integer::intValue)
                .toArray();
        List<int[]> batches = new ArrayList<>();
        for (int from = 0, to = 0; from < order.length; from = to) {
            to = from + 1;
            while (to < order.length && to - from < most && (long) (to - from + 1) * lengths[order[to]] <= tokens) {
                to++;
            }
            batches.add(Arrays.copyOfRange(order, from, to));
        }
        return batches;
    }
}
