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
 * @param mask empty: causal, which is right for right-padded rows; or one bool [B, 1, T, S], true = may look
 * @param cache empty, or where keys and values of these positions go and earlier ones are found
 * @param columns how many of the cache's columns are looked at
 */
public record Input(NDArray ids, NDArray positions, List<NDArray> mask, List<KvCache> cache, int columns) {
    /**
     * Right-padded rows. What stands beyond a row's length is never seen by its real tokens, so no mask is needed.
     *
     * @param ids B rows of T ids, row-major
     */
    public static Input rightPadded(Torch torch, long[] ids, int rows) {
        int width = ids.length / rows;
        return new Input(torch.longs(ids, rows, width), positions(torch, rows, width), List.of(), List.of(), 0);
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
                torch.longs(ids, rows, width), torch.longs(positions, rows, width), List.of(allowed), List.of(), 0);
    }

    List<NDArray> layerCache(int layer) {
        return cache.isEmpty() ? List.of() : cache.getFirst().layer(layer);
    }

    /** Where in the cache the new positions go: a row's cache is filled from its column 0. */
    List<NDArray> place() {
        return cache.isEmpty() ? List.of() : List.of(positions);
    }
}
