package dev.rlhf.label.store;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;

/** Shuffles completions, so that a labeler cannot learn a model's place. The order depends on names alone. */
final class ShownOrder {
    private ShownOrder() {}

    /** Returns a permutation of {@code 0 … size-1}; over batches, tasks and labelers all are equally likely. */
    static List<Integer> of(int size, String batch, String task, String labeler) {
        SplittableRandom random = SeededRandom.of(batch, task, labeler);
        List<Integer> order = new ArrayList<>(IntStream.range(0, size).boxed().toList());
        for (int i = size - 1; i > 0; i--) {
            Collections.swap(order, i, random.nextInt(i + 1));
        }
        return List.copyOf(order);
    }
}
