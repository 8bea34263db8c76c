package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.tensor.TensorList;
import dev.rlhf.tensor.Torch;
import java.util.Arrays;
import java.util.List;

/**
 * What a decoder is run on: B rows of T positions.
 *
 * @param ids [B, T] int64; of a {@link #next step} [4, B], packed as the kernel {@code unpacked} has it
 * @param positions [B, T] int64, where each token stands in its own row; not looked at in a step
 * @param furthest the greatest of the positions
 * @param mask empty: causal, which is right for right-padded rows; or one bool [B, 1, T, S], true = may look
 * @param cache empty, or where keys and values of these positions are put
 * @param place empty without a cache; else the positions, blocks and offsets [B, T] they are put at, or in a step {@link KvCache#pages}
 */
public record Input(
        NDArray ids, NDArray positions, int furthest, List<NDArray> mask, List<KvCache> cache, List<NDArray> place) {
    /**
     * Right-padded rows. What stands beyond a row's length is never seen by its real tokens, so no mask is needed.
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
     * Rows with a start of their own: left-padded, or several sequences packed into one row.
     *
     * @param segments [B * T] row-major, 0 = padding, else the number of the sequence in its row; a token sees those before it
     *     with its own number
     */
    public static Input segmented(Torch torch, long[] ids, int[] segments, int rows) {
        int width = ids.length / rows;
        long[] positions = new long[ids.length];
        boolean[] mask = new boolean[rows * width * width];
        for (int row = 0; row < rows; row++) {
            for (int t = 0; t < width; t++) {
                int at = row * width + t;
                boolean follows = t > 0 && segments[at] == segments[at - 1];
                positions[at] = follows ? positions[at - 1] + 1 : 0;
                for (int s = 0; s <= t; s++) {
                    // padding looks at itself: a row of attention with nothing to see would be NaN
                    mask[(row * width + t) * width + s] =
                            s == t || (segments[at] != 0 && segments[row * width + s] == segments[at]);
                }
            }
        }
        NDArray allowed = torch.booleans(mask, rows, 1, width, width);
        return new Input(
                torch.longs(ids, rows, width),
                torch.longs(positions, rows, width),
                (int) Arrays.stream(positions).max().orElse(0),
                List.of(allowed),
                List.of(),
                List.of());
    }

    /**
     * Right-padded prompts whose keys and values are kept.
     *
     * @param ids B rows of T ids, row-major
     * @param blocks [B * T], the cache's block that each position is put in; padding in block 0
     */
    public static Input kept(Torch torch, KvCache cache, long[] ids, long[] blocks, int rows) {
        int width = ids.length / rows;
        NDArray positions = positions(torch, rows, width);
        long[] offsets = new long[ids.length];
        Arrays.setAll(offsets, i -> i % width % KvCache.BLOCK);
        List<NDArray> place = List.of(positions, torch.longs(blocks, rows, width), torch.longs(offsets, rows, width));
        return new Input(torch.longs(ids, rows, width), positions, width - 1, List.of(), List.of(cache), place);
    }

    /**
     * A step: one new token a row, which looks at all before it.
     *
     * @param ids [B]
     * @param positions [B]
     * @param blocks [B], the cache's block that each is put in
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

    /** The tensors of all layers' caches, as the kernels take them: a {@link TensorList}, or an empty list. */
    Object cached() {
        return cache.isEmpty() ? List.of() : cache.getFirst().tensors();
    }
}
