package dev.rlhf.generate;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.ToIntFunction;

/**
 * Divides prompts into forward passes so that the total cost is minimal. The prompts of a pass are padded to the
 * longest of them; padding costs as much as tokens, and each pass has a fixed cost.
 */
final class Passes {
    /**
     * Fixed cost of a pass on a CPU, in positions: it reads the weights again, about 2 ms or 30 positions for 12M
     * weights.
     */
    private static final int PASS_ON_CPU = 32;

    /**
     * Fixed cost of a pass on a GPU, in positions; an estimate. A GPU computes thousands of positions in the time of a
     * launch.
     */
    private static final int PASS_ON_GPU = 2048;

    private Passes() {}

    /**
     * Splits a list into consecutive passes.
     *
     * @param sorted by length, shortest first
     */
    static <T> List<List<T>> of(List<T> sorted, ToIntFunction<T> length, boolean gpu) {
        int n = sorted.size();
        int[] cost = new int[n + 1]; // of the first i items
        int[] begin = new int[n + 1]; // start of the last pass of the first i items
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
