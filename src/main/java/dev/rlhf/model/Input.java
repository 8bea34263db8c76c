package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.tensor.Torch;
import java.util.Arrays;
import java.util.List;

/**
 * What a decoder is run on: B rows of T positions.
 *
 * @param ids [B, T] int64
 * @param positions [B, T] int64, where each token stands in its own row
 * @param mask empty: causal, which is right for right-padded rows; or one bool [B, 1, T, S], true = may look; in a step of
 *     generation fp32, 0 = may look and else -inf
 * @param cache empty, or where keys and values of these positions are put; with a mask, earlier ones are found there
 * @param place empty without a cache; else the positions, blocks and offsets [B, T] they are put at, or for a step that looks at
 *     earlier ones what the kernel {@code next} made
 * @param columns how many of the cache's positions are looked at
 */
public record Input(
        NDArray ids, NDArray positions, List<NDArray> mask, List<KvCache> cache, List<NDArray> place, int columns) {
    /**
     * Right-padded rows. What stands beyond a row's length is never seen by its real tokens, so no mask is needed.
     *
     * @param ids B rows of T ids, row-major
     */
    public static Input rightPadded(Torch torch, long[] ids, int rows) {
        int width = ids.length / rows;
        return new Input(
                torch.longs(ids, rows, width), positions(torch, rows, width), List.of(), List.of(), List.of(), 0);
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
        NDArray allowed = torch.manager().create(mask).reshape(rows, 1, width, width);
        return new Input(
                torch.longs(ids, rows, width),
                torch.longs(positions, rows, width),
                List.of(allowed),
                List.of(),
                List.of(),
                0);
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
        return new Input(torch.longs(ids, rows, width), positions, List.of(), List.of(cache), place, width);
    }

    /**
     * One new token a row, which looks at all before it.
     *
     * @param ids [B]
     * @param positions [B]
     * @param blocks [B], the cache's block that each is put in
     * @param pages {@link KvCache#pages} of the rows' tables
     * @param columns the tables' length in positions
     */
    public static Input next(
            Torch torch, KvCache cache, long[] ids, long[] positions, long[] blocks, List<NDArray> pages, int columns) {
        int rows = ids.length;
        long[] packed = Arrays.copyOf(ids, 4 * rows);
        System.arraycopy(positions, 0, packed, rows, rows);
        for (int row = 0; row < rows; row++) {
            int offset = (int) (positions[row] % KvCache.BLOCK);
            packed[2 * rows + row] = cache.keyAt(blocks[row], offset);
            packed[3 * rows + row] = cache.valueAt(blocks[row], offset);
        }
        List<NDArray> step = torch.kernels().callAll("next", torch.longs(packed, 4, rows), pages);
        return new Input(
                step.get(0), step.get(2), List.of(step.get(1)), List.of(cache), step.subList(2, step.size()), columns);
    }

    /** The tensors of all layers' caches, as the kernels take them. */
    List<NDArray> cached() {
        return cache.isEmpty() ? List.of() : cache.getFirst().tensors();
    }
}
