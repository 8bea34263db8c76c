package dev.rlhf.cli;

import dev.rlhf.base.InputException;
import dev.rlhf.label.api.BatchChange;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Options that change the settings of a batch of the label store; the others keep their values. */
final class BatchChangeOptions {
    @Option(names = "--overlap", paramLabel = "INT", description = "labelers per task (new batch: 1)")
    private @Nullable Integer overlap;

    @Option(
            names = "--priority",
            paramLabel = "INT",
            description = "batches of higher priority are assigned first (new batch: 0)")
    private @Nullable Integer priority;

    @Option(
            names = "--paused",
            arity = "1",
            paramLabel = "true|false",
            description = "assign no tasks of the batch (new batch: false)")
    private @Nullable Boolean paused;

    @Option(
            names = "--top_k",
            paramLabel = "INT",
            description = "number of best completions that suffice as a ranking; 0: rank all (new batch: 0)")
    private @Nullable Integer topK;

    @Option(
            names = "--strength",
            arity = "1",
            paramLabel = "true|false",
            description = "scale of preference for two completions (new batch: false)")
    private @Nullable Boolean strength;

    @Option(
            names = "--scores",
            arity = "1",
            paramLabel = "true|false",
            description = "scores from 1 to 7 (new batch: false)")
    private @Nullable Boolean scores;

    @Option(
            names = "--flags",
            paramLabel = "LIST",
            description = "flags for completions, separated by commas; none for no flags (new batch: those of "
                    + "InstructGPT)")
    private @Nullable String flags;

    @Option(
            names = "--gold_rate",
            paramLabel = "NUMBER",
            description = "share of gold tasks among a labeler's tasks, 0 to 0.5 (new batch: 0)")
    private @Nullable Double goldRate;

    @Option(
            names = "--skip_limit",
            paramLabel = "INT",
            description = "skips after which nobody else is given a task; 0: no limit (new batch: 0)")
    private @Nullable Integer skipLimit;

    @Option(
            names = "--max_overlap",
            paramLabel = "INT",
            description = "labelers per task where labelers disagree; 0: always the overlap (new batch: 0)")
    private @Nullable Integer maxOverlap;

    @Option(
            names = "--demonstrations",
            arity = "1",
            paramLabel = "true|false",
            description = "whether labelers may write a better answer (default: false)")
    private @Nullable Boolean demonstrations;

    @Option(
            names = "--disputed_first",
            arity = "1",
            paramLabel = "true|false",
            description = "assign tasks first whose labelers disagree with the second opinion (default: false)")
    private @Nullable Boolean disputedFirst;

    @Option(
            names = "--tags",
            paramLabel = "LIST",
            description = "tags that a labeler of the batch must have, separated by commas; none for no tags (new "
                    + "batch: none)")
    private @Nullable String tags;

    /** @throws InputException if a value is out of bounds */
    BatchChange change() {
        try {
            return new BatchChange(
                    overlap,
                    priority,
                    paused,
                    topK,
                    strength,
                    scores,
                    words(flags),
                    goldRate,
                    skipLimit,
                    maxOverlap,
                    demonstrations,
                    disputedFirst,
                    words(tags));
        } catch (IllegalArgumentException e) {
            throw new InputException("--" + e.getMessage(), e);
        }
    }

    /** Returns the words of a list; null if there is none, no words for {@code none}. */
    static @Nullable List<String> words(@Nullable String list) {
        if (list == null) {
            return null;
        }
        return list.equals("none")
                ? List.of()
                : Arrays.stream(list.split(",", -1)).map(String::strip).toList();
    }
}
