package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.tensor.TensorList;
import dev.rlhf.tensor.Torch;
import java.util.Arrays;
import java.util.List;

/**
 * The input of a decoder: B rows of T positions.
 *
 * @param ids [B, T] int64; in a {@link #next step} [4, B], packed as the kernel {@code unpacked} reads it; in a {@link
 *     #planned} step [B]
 * @param positions [B, T] int64, each token's position in its sequence; not read in a step; in a planned step [3, B],
 *     an entry of {@link #plan}
 * @param furthest the greatest of the positions
 * @param mask empty: causal, which is right for right-padded rows; otherwise that of a {@link #packed} row
 * @param cache empty, or the cache that keys and values of these positions are written to
 * @param place empty without a cache; otherwise the positions, blocks and offsets [B, T] to write to (on a GPU, the
 *     cache rows [B * T]), or in a step {@link KvCache#pages}
 */
public record Input(
        NDArray ids, NDArray positions, int furthest, List<NDArray> mask, List<KvCache> cache, List<NDArray> place) {
    /**
     * Makes an input of right-padded rows. A row's tokens never attend to its padding, so no mask is needed.
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
     * Makes an input of one row in which several sequences follow each other without padding. Each attends to itself
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
        int furthest = 0;
        int at = 0;
        for (int length : lengths) {
            for (int i = 0; i < length; i++) {
                positions[at++] = i;
            }
            furthest = Math.max(furthest, length - 1);
        }
        NDArray row = torch.longs(ids, 1, ids.length);
        long[] counts = Arrays.stream(lengths).asLongStream().toArray();
        return new Input(
                row,
                torch.longs(positions, 1, ids.length),
                furthest,
                torch.kernels().callAll("packed_mask", counts, row),
                List.of(),
                List.of());
    }

    /**
     * Makes an input of right-padded prompts whose keys and values are written to a cache.
     *
     * @param ids B rows of T ids, row-major
     * @param blocks [B * T], the cache's block for each position; block 0 for padding
     */
    public static Input kept(Torch torch, KvCache cache, long[] ids, long[] blocks, int rows) {
        int width = ids.length / rows;
        NDArray positions = positions(torch, rows, width);
        if (torch.gpuKernels()) {
            long[] at = new long[ids.length];
            Arrays.setAll(at, i -> KvCache.rowAt(blocks[i], i % width));
            List<NDArray> place = List.of(torch.longs(at, at.length));
            return new Input(torch.longs(ids, rows, width), positions, width - 1, List.of(), List.of(cache), place);
        }
        long[] offsets = new long[ids.length];
        Arrays.setAll(offsets, i -> i % width % KvCache.BLOCK);
        List<NDArray> place = List.of(positions, torch.longs(blocks, rows, width), torch.longs(offsets, rows, width));
        return new Input(torch.longs(ids, rows, width), positions, width - 1, List.of(), List.of(cache), place);
    }

    /**
     * Makes the input of a step of generation: one new token per row, which attends to all tokens before it.
     *
     * @param ids [B]
     * @param positions [B]
     * @param blocks [B], the cache's block for each token
     * @param pages {@link KvCache#pages} of the rows' tables
     */
    public static Input next(
            Torch torch, KvCache cache, long[] ids, int[] positions, long[] blocks, List<NDArray> pages) {
        int rows = ids.length;
        long[] packed = Arrays.copyOf(ids, 4 * rows);
        int furthest = 0;
        for (int row = 0; row < rows; row++) {
            int offset = positions[row] % KvCache.BLOCK;
            packed[rows + row] = positions[row];
            packed[2 * rows + row] = cache.keyAt(blocks[row], offset);
            packed[3 * rows + row] = cache.valueAt(blocks[row], offset);
            furthest = Math.max(furthest, positions[row]);
        }
        NDArray step = torch.longs(packed, 4, rows);
        return new Input(step, step, furthest, List.of(), List.of(cache), pages);
    }

    /**
     * Copies to the GPU everything that {@link #planned} steps need: [steps, 3, B], where the entry of a step has each
     * row's position, its row of the cache and the units of its draw.
     *
     * @param positions [B] positions in the first step
     * @param tables each row's blocks
     * @param draws [steps][B]
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
     * Makes the input of a step of generation from tensors that are on the GPU already.
     *
     * @param tokens [B]
     * @param entry of {@link #plan}
     * @param furthest the greatest position
     */
    public static Input planned(KvCache cache, NDArray tokens, NDArray entry, int furthest, List<NDArray> pages) {
        return new Input(tokens, entry, furthest, List.of(), List.of(cache), pages);
    }

    /** Returns the tensors of all layers' caches as kernels take them: a {@link TensorList}, or an empty list. */
    Object cached() {
        return cache.isEmpty() ? List.of() : cache.getFirst().tensors();
    }
}
