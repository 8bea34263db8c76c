package dev.rlhf.stage;

import dev.rlhf.base.Bootstrap;
import dev.rlhf.base.Interval;
import java.util.List;
import java.util.function.ToDoubleFunction;

/** The bootstrap as evaluations use it: 1,000 draws, one seed, so that the same answers give the same intervals. */
final class EvalIntervals {
    private static final int DRAWS = 1000;
    private static final long SEED = 1;

    private EvalIntervals() {}

    /** {@link Bootstrap#of} over subjects, prompts or documents. */
    static <T> Interval of(List<T> items, ToDoubleFunction<List<T>> metric) {
        return Bootstrap.of(items, metric, DRAWS, SEED);
    }
}
