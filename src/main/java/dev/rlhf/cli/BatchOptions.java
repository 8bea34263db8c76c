package dev.rlhf.cli;

import dev.rlhf.base.InputException;
import dev.rlhf.label.api.BatchChange;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options of a batch of the label store; what is not given stays as it is. */
final class BatchOptions {
    @Option(names = "--overlap", description = "Labelers who rank each task (default: 1 for a new batch).")
    private @Nullable Integer overlap;

    @Option(names = "--priority", description = "Batches of a higher one are handed out first (default: 0).")
    private @Nullable Integer priority;

    @Option(names = "--paused", arity = "1", description = "true: hand nothing out (default: false).")
    private @Nullable Boolean paused;

    @Option(names = "--top_k", description = "How many of the best may be ranked alone; 0: rank all (default: 0).")
    private @Nullable Integer topK;

    @Option(names = "--strength", arity = "1", description = "true: a scale for two completions (default: false).")
    private @Nullable Boolean strength;

    @Option(names = "--scores", arity = "1", description = "true: scores of 1 to 7 (default: false).")
    private @Nullable Boolean scores;

    @Option(
            names = "--flags",
            description =
                    "Words to flag completions with, separated by commas; none: no flags (default: as InstructGPT).")
    private @Nullable String flags;

    @Option(
            names = "--gold_rate",
            description = "Share of gold tasks among what a labeler is given, 0 to 0.5 (default: 0).")
    private @Nullable Double goldRate;

    /** @throws InputException if a value is out of bounds */
    BatchChange change() {
        try {
            return new BatchChange(overlap, priority, paused, topK, strength, scores, words(flags), goldRate);
        } catch (IllegalArgumentException e) {
            throw new InputException("--" + e.getMessage(), e);
        }
    }

    private static @Nullable List<String> words(@Nullable String flags) {
        if (flags == null) {
            return null;
        }
        return flags.equals("none")
                ? List.of()
                : Arrays.stream(flags.split(",", -1)).map(String::strip).toList();
    }
}
