package dev.rlhf.generate;

import ai.djl.ndarray.NDArray;
import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/** A prompt and its waiting completions; the prompt is run once for all of them. */
final class Group {
    final int[] prompt;
    final ArrayDeque<Row> waiting = new ArrayDeque<>();

    /** Blocks of the prompt's positions, held until the last completion has started; null: not run yet. */
    int @Nullable [] blocks;

    /** Logits [1, V] after the prompt, kept while completions wait. */
    @Nullable
    NDArray logits;

    Group(int[] prompt) {
        this.prompt = prompt;
    }
}
