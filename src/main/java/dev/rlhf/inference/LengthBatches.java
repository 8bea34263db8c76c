package dev.rlhf.inference;

import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which sequences are run together when order does not matter: those of like length, so that little is padded, and on a
 * CPU only as many as keep a layer's activations in its cache.
 */
final class LengthBatches {
    /** Padded tokens a batch on a CPU: 2,048 tokens of 1,536 fp32 activations are 12 MiB. */
    private static final int CPU_TOKENS = 2048;

    private LengthBatches() {}

    /**
     * Places in {@code sequences}, batch by batch from the shortest to the longest; each place once.
     *
     * @param most sequences a batch
     */
    static List<int[]> of(Torch torch, List<int[]> sequences, int most) {
        return of(
                sequences.stream().mapToInt(s -> s.length).toArray(),
                most,
                torch.onGpu() ? Long.MAX_VALUE : CPU_TOKENS);
    }

    /** The same for given lengths; a batch of more than one has at most {@code tokens}, padding counted. */
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
            batches.add(java.util.Arrays.copyOfRange(order, from, to));
        }
        return batches;
    }
}
