package dev.rlhf.generate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Which prompts are run together. Those of one pass are padded to the longest of them, and padding costs what tokens
 * cost; a pass of its own costs something too.
 */
final class Passes {
    /**
     * What a pass costs beside its positions, in positions. A CPU reads the weights once more: with 12M of them 2 ms,
     * 30 positions.
     */
    private static final int PASS_ON_CPU = 32;

    /** A GPU, which is done with thousands of positions while one pass is being launched: an estimate. */
    private static final int PASS_ON_GPU = 2048;

    private Passes() {}

    /**
     * Splits a list into runs that cost least in all: positions with padding, and each pass.
     *
     * @param sorted by length, shortest first
     */
    static <T> List<List<T>> of(List<T> sorted, ToIntFunction<T> length, boolean gpu) {
        int n = sorted.size();
        int[] cost = new int[n + 1]; // of the first i
        int[] begin = new int[n + 1]; // of the pass that the first i end with
        for (int i = 1; i <= n; i++) {
            cost[i] = Integer.MAX_VALUE;
            int width = length.applyAsInt(sorted.get(i - 1));
            for (int b = 0; b < i; b++) {
                int all = cost[b] + (i - b) * width + (gpu ? PASS_ON_GPU : PASS_ON_CPU);
                if (all < cost[i]) {
                    cost[i] = all;
                    begin[i] = b;
                }
            }
        }
        List<List<T>> passes = new ArrayList<>();
        for (int end = n; end > 0; end = begin[end]) {
            passes.add(sorted.subList(begin[end], end));
        }
        Collections.reverse(passes);
        return passes;
    }
}
