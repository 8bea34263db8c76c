package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.tensor.TensorList;
import dev.rlhf.tensor.Torch;
import java.util.Arrays;
import java.util.List;

/**
 * The input of a decoder: B rows of T positions.
 * @param ids [B, T] int64; from {@link #step} [4, B], packed as the kernel {@code body_inputs} reads it; from {@link
 *     #plannedStep} [B]
 * @param positions [B, T] int64, each token's position in its sequence; not read from {@link #step}; from {@link
 *     #plannedStep} [3, B], an entry of {@link #plan}
 * @param maxPosition the greatest of the positions
 * @param mask empty: causal, which suits right-padded rows; otherwise the mask of a {@link #packed} row
 * @param cache empty, or the cache that keys and values of these positions are written to
 * @param slots where the cache is written: the positions, blocks and offsets [B, T] (on a GPU, the cache rows [B * T]);
 *     in a decoding step {@link KvCache#pages}; empty without a cache
 */
public record Input(
        NDArray ids, NDArray positions, int maxPosition, List<NDArray> mask, List<KvCache> cache, List<NDArray> slots) {
    /**
     * Makes an input from right-padded rows. Causal attention never attends to the padding, so no mask is needed.
     *
     * @param ids B rows of T ids, row-major
     */
    public static Input rightPadded(Torch torch, long[] ids, int rows) {
        int width = ids.length / rows;
        return new Input(
                torch.longs(ids, rows, width),
                positions(torch, rows, width),
                width - 1,
                List.of(),
                List.of(),
                List.of());
    }

    private static NDArray positions(Torch torch, int rows, int width) {
        long[] positions = new long[rows * width];
        Arrays.setAll(positions, i -> i % width);
        return torch.longs(positions, rows, width);
    }

    /**
     * Makes an input with one row in which several sequences follow each other without padding. Each attends to itself
     * only, and its positions start at 0.
     *
     * @param ids N ids
     * @param lengths the lengths of the sequences, each at least 1, with the sum N
     */
    public static Input packed(Torch torch, long[] ids, int[] lengths) {
        if (lengths.length == 1) {
            return rightPadded(torch, ids, 1);
        }
        long[] positions = new long[ids.length];
        int maxPosition = 0;
        int at = 0;
        for (int length : lengths) {
            for (int i = 0; i < length; i++) {
                positions[at++] = i;
            }
            maxPosition = Math.max(maxPosition, length - 1);
        }
        NDArray row = torch.longs(ids, 1, ids.length);
        long[] counts = Arrays.stream(lengths).asLongStream().toArray();
        return new Input(
                row,
                torch.longs(positions, 1, ids.length),
                maxPosition,
                torch.kernels().callAll("packed_mask", counts, row),
                List.of(),
                List.of());
    }

    /**
     * Makes the input of the prefill pass: right-padded prompts whose keys and values are written to a cache.
     *
     * @param ids B rows of T ids, row-major
     * @param blocks [B * T], the block of the cache for each position; block 0 for padding
     */
    public static Input prefill(Torch torch, KvCache cache, long[] ids, long[] blocks, int rows) {
        int width = ids.length / rows;
        NDArray positions = positions(torch, rows, width);
        if (torch.gpuKernels()) {
            long[] at = new long[ids.length];
            Arrays.setAll(at, i -> KvCache.rowAt(blocks[i], i % width));
            List<NDArray> slots = List.of(torch.longs(at, at.length));
            return new Input(torch.longs(ids, rows, width), positions, width - 1, List.of(), List.of(cache), slots);
        }
        long[] offsets = new long[ids.length];
        Arrays.setAll(offsets, i -> i % width % KvCache.BLOCK);
        List<NDArray> slots = List.of(positions, torch.longs(blocks, rows, width), torch.longs(offsets, rows, width));
        return new Input(torch.longs(ids, rows, width), positions, width - 1, List.of(), List.of(cache), slots);
    }

    /**
     * Makes the input of a decoding step: one new token per row, which attends to all tokens before it.
     *
     * @param ids [B]
     * @param positions [B]
     * @param blocks [B], the block of the cache for each token
     * @param pages {@link KvCache#pages} of the rows' tables
     */
    public static Input step(
            Torch torch, KvCache cache, long[] ids, int[] positions, long[] blocks, List<NDArray> pages) {
        int rows = ids.length;
        long[] packed = Arrays.copyOf(ids, 4 * rows);
        int maxPosition = 0;
        for (int row = 0; row < rows; row++) {
            int offset = positions[row] % KvCache.BLOCK;
            packed[rows + row] = positions[row];
            packed[2 * rows + row] = cache.keyAt(blocks[row], offset);
            packed[3 * rows + row] = cache.valueAt(blocks[row], offset);
            maxPosition = Math.max(maxPosition, positions[row]);
        }
        NDArray step = torch.longs(packed, 4, rows);
        return new Input(step, step, maxPosition, List.of(), List.of(cache), pages);
    }

    /**
     * Copies to the GPU what the following decoding steps need, for {@link #plannedStep}: [steps, 3, B], where the
     * entry of a step holds each row's position, its row of the cache, and its draw in units of 2^-53.
     *
     * @param positions [B] positions in the first step
     * @param tables each row's blocks
     * @param draws [steps][B], draws in units of 2^-53
     */
    public static NDArray plan(Torch torch, int[] positions, int[][] tables, long[][] draws) {
        int rows = positions.length;
        long[] all = new long[draws.length * 3 * rows];
        for (int step = 0; step < draws.length; step++) {
            int from = step * 3 * rows;
            for (int row = 0; row < rows; row++) {
                int position = positions[row] + step;
                all[from + row] = position;
                all[from + rows + row] = KvCache.rowAt(tables[row][position / KvCache.BLOCK], position);
                all[from + 2 * rows + row] = draws[step][row];
            }
        }
        return torch.longs(all, draws.length, 3, rows);
    }

    /**
     * Makes the input of a decoding step from tensors that are on the GPU already.
     *
     * @param tokens [B]
     * @param entry of {@link #plan}
     * @param maxPosition the greatest position
     */
    public static Input plannedStep(
            KvCache cache, NDArray tokens, NDArray entry, int maxPosition, List<NDArray> pages) {
        return new Input(tokens, entry, maxPosition, List.of(), List.of(cache), pages);
    }

    /** Returns the tensors of all layers' caches as kernels take them: a {@link TensorList}, or an empty list. */
    Object cached() {
        return cache.isEmpty() ? List.of() : cache.getFirst().tensors();
    }
}
