package dev.rlhf.label;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How a batch is worked on.
 *
 * @param overlap how many labelers rank each task
 * @param priority batches of a higher one are handed out first
 * @param paused nothing is handed out; what labelers hold is still taken
 * @param topK how many of the best may be ranked alone; null: all are ranked
 * @param strength whether tasks with two completions have a scale
 * @param scores whether completions may be given a score of 1 to 7
 * @param flags words a completion may be flagged with
 * @param goldRate about which share of what a labeler is given are gold tasks, as long as there are any
 */
public record BatchSettings(
        int overlap,
        int priority,
        boolean paused,
        @Nullable Integer topK,
        boolean strength,
        boolean scores,
        List<String> flags,
        double goldRate) {
    /** What InstructGPT's labelers were asked about each completion (Ouyang 2022, table 3). */
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

    public BatchSettings {
        flags = List.copyOf(flags);
    }
}
