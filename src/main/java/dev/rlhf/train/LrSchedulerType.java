package dev.rlhf.train;

import java.util.List;

/** {@code lr_scheduler_type}: transformers' names, with the {@code lr_scheduler_kwargs} of each. */
public enum LrSchedulerType {
    /** Constant rate without warm-up. */
    CONSTANT,
    /** Up from 0, then constant. */
    CONSTANT_WITH_WARMUP,
    /** Up from 0, then down to 0 in a straight line. */
    LINEAR,
    /** Up from 0, then down to 0 along half a cosine. */
    COSINE,
    /** Up from 0, then down to {@code min_lr_rate} of the rate along half a cosine. */
    COSINE_WITH_MIN_LR,
    /** Up from 0, then with 1 / sqrt(step). */
    INVERSE_SQRT,
    /** Up, level, and down over the last {@code num_decay_steps}. */
    WARMUP_STABLE_DECAY;

    /** Returns the names of its arguments. */
    public List<String> kwargs() {
        return switch (this) {
            case CONSTANT, CONSTANT_WITH_WARMUP, LINEAR -> List.of();
            case COSINE -> List.of("num_cycles");
            case COSINE_WITH_MIN_LR -> List.of("num_cycles", "min_lr_rate");
            case INVERSE_SQRT -> List.of("timescale");
            case WARMUP_STABLE_DECAY ->
                List.of(
                        "num_decay_steps",
                        "num_stable_steps",
                        "warmup_type",
                        "decay_type",
                        "min_lr_ratio",
                        "num_cycles");
        };
    }
}
