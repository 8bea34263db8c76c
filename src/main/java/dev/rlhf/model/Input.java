package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.IntUnaryOperator;

/**
 * What a decoder is run on: B rows of T positions.
 *
 * @param ids [B, T] int64
 * @param positions [B, T] int64, where each token stands in its own row
 * @param mask empty: causal, which is right for right-padded rows; or one bool [B, 1, T, S], true = may look
 * @param cache empty, or where keys and values of these positions are put; with a mask, earlier ones are found there
 * @param place empty without a cache; else the positions, blocks and offsets [B, T] they are put at, and for a step that looks at
 *     earlier ones {@link KvCache#pages}
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
        NDArray offsets = offsets(torch, rows, i -> i % width, width);
        List<NDArray> place = List.of(positions, torch.longs(blocks, rows, width), offsets);
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
        NDArray at = torch.longs(positions, rows, 1);
        List<NDArray> place = new ArrayList<>(List.of(at, torch.longs(blocks, rows, 1)));
        place.add(offsets(torch, rows, i -> (int) positions[i], 1));
        place.addAll(pages);
        NDArray mask = torch.kernels().call("seen", at, columns);
        return new Input(torch.longs(ids, rows, 1), at, List.of(mask), List.of(cache), List.copyOf(place), columns);
    }

    private static NDArray offsets(Torch torch, int rows, IntUnaryOperator position, int width) {
        long[] offsets = new long[rows * width];
        Arrays.setAll(offsets, i -> position.applyAsInt(i) % KvCache.BLOCK);
        return torch.longs(offsets, rows, width);
    }

    List<NDArray> layerCache(int layer) {
        return cache.isEmpty() ? List.of() : cache.getFirst().layer(layer);
    }
}
