package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.List;

/**
 * A range of rows of hidden states whose logits are in memory at the same time. The logits of a whole batch would be
 * the largest tensors of a run: [N, V] in fp32, several at a time, are 3 GiB for 4,096 tokens of a vocabulary of
 * 50,000.
 *
 * @param from first row
 * @param to row after the last
 */
public record LogitChunk(int from, int to) {
    /**
     * Maximum size in bytes of a chunk's fp32 logits. At most four tensors of this size exist at once, plus gaps in the
     * heap. On a CPU, a product with a few hundred rows runs at full speed; a GPU needs more rows.
     */
    private static final long ON_CPU = 64L << 20;

    private static final long ON_GPU = 512L << 20;

    /** Splits {@code n} rows into chunks: one if all fit, none if {@code n} is 0. */
    public static List<LogitChunk> of(Torch torch, int vocabSize, int n) {
        int most = rows(torch, vocabSize);
        List<LogitChunk> chunks = new ArrayList<>();
        for (int from = 0; from < n; from += most) {
            chunks.add(new LogitChunk(from, Math.min(n, from + most)));
        }
        return chunks;
    }

    private static int rows(Torch torch, int vocabSize) {
        return (int) Math.max(1, (torch.onGpu() ? ON_GPU : ON_CPU) / (Float.BYTES * (long) vocabSize));
    }

    /** Returns these rows of x, a view. */
    NDArray of(Torch torch, NDArray x) {
        return torch.kernels().call("row_range", x, from, to);
    }
}
