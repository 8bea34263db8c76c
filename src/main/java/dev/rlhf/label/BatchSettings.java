package dev.rlhf.label;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Settings of a batch.
 *
 * @param overlap number of labelers who rank each task
 * @param priority batches with a higher priority are handed out first
 * @param paused whether no task is handed out; labels of tasks already handed out are still accepted
 * @param topK number of best completions that may be ranked alone; null: all are ranked
 * @param strength whether tasks with two completions ask for a strength of preference
 * @param scores whether completions may be given scores of 1 to 7
 * @param flags words with which a completion may be flagged
 * @param goldRate approximate share of gold tasks among the tasks given to a labeler, while unlabelled gold tasks
 *     remain
 * @param skipLimit number of skips after which nobody else is given a task; null: no limit
 * @param maxOverlap number of labelers who rank a task on which labelers disagree; null: always {@code overlap}
 * @param demonstrations whether labelers may write a better answer
 * @param disputedFirst whether tasks whose labelers disagree with the second opinion are handed out first
 * @param tags tags that a labeler must have to be given tasks of the batch ({@link Tags})
 */
public record BatchSettings(
        int overlap,
        int priority,
        boolean paused,
        @Nullable Integer topK,
        boolean strength,
        boolean scores,
        List<String> flags,
        double goldRate,
        @Nullable Integer skipLimit,
        @Nullable Integer maxOverlap,
        boolean demonstrations,
        boolean disputedFirst,
        List<String> tags) {
    /** The flags of InstructGPT's labelers (Ouyang 2022, table 3). */
    public static final List<String> DEFAULT_FLAGS = List.of(
            "fails_task",
            "hallucinates",
            "harmful",
            "sexual",
            "violent",
            "encourages_harm",
            "denigrates",
            "inappropriate",
            "opinion",
            "moral_judgment");

    /** Settings without demonstrations, second opinions and tags. */
    public BatchSettings(
            int overlap,
            int priority,
            boolean paused,
            @Nullable Integer topK,
            boolean strength,
            boolean scores,
            List<String> flags,
            double goldRate,
            @Nullable Integer skipLimit,
            @Nullable Integer maxOverlap) {
        this(
                overlap,
                priority,
                paused,
                topK,
                strength,
                scores,
                flags,
                goldRate,
                skipLimit,
                maxOverlap,
                false,
                false,
                List.of());
    }

    public BatchSettings {
        flags = List.copyOf(flags);
        tags = List.copyOf(tags);
    }
}
