package dev.rlhf.generate;

import ai.djl.ndarray.NDArray;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * The completions of one prompt that have not begun: the prompt is run once, and each of them starts from what that
 * left.
 */
final class Group {
    final int[] prompt;
    final ArrayDeque<Row> waiting = new ArrayDeque<>();

    /** Blocks of the prompt's positions, held until the last completion has begun; null: not run yet. */
    int @Nullable [] blocks;

    /** Logits [1, V] after the prompt, kept while some wait. */
    @Nullable
    NDArray logits;

    Group(int[] prompt) {
        this.prompt = prompt;
    }
}
