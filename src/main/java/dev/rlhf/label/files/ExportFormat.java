package dev.rlhf.label.files;

import dev.rlhf.base.InputException;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.files.PreferencePairs.Lines;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;

/** Formats that {@code rlhf label export} writes; the same tasks give the same bytes. */
public enum ExportFormat {
    /** Our own, one task per line; it keeps everything ({@link LabelFiles}). */
    RANKINGS("tasks"),
    /** {@code {"prompt", "chosen", "rejected"}}, one line per pair that a labeler ordered; TRL reads it. */
    PAIRS("pairs"),
    /** The comparisons of Stiennon 2020 (summarize-from-feedback), one line per pair that a labeler ordered. */
    SUMMARIZE_FROM_FEEDBACK("pairs"),
    /** Better answers that labelers wrote, as {@code rlhf sft} reads them. */
    DEMONSTRATIONS("demonstrations"),
    /** Verdicts of judging tasks, as {@code rlhf judge} reads them; {@code label.judging.JudgingFile} writes them. */
    VERDICTS("verdicts"),
    /** One line per completion and labeler. */
    CSV("places");

    private final String unit;

    ExportFormat(String unit) {
        this.unit = unit;
    }

    /**
     * Returns the format with this name, such as {@code summarize_from_feedback}.
     *
     * @throws InputException if there is none
     */
    public static ExportFormat of(String name) {
        return Arrays.stream(values())
                .filter(known -> known.name().toLowerCase(Locale.ROOT).equals(name))
                .findFirst()
                .orElseThrow(() -> new InputException("--format is '" + name
                        + "'; known are rankings, pairs, summarize_from_feedback, demonstrations, "
                        + "verdicts and csv"));
    }

    /** Returns the suffix of the format's files: {@code .jsonl} or {@code .csv}. */
    public String suffix() {
        return this == CSV ? ".csv" : ".jsonl";
    }

    /**
     * The contents of a written file.
     *
     * @param rows of {@code unit}: tasks, pairs or places
     * @param leftOut what this format cannot express, counted by reason; empty if nothing was left out
     */
    public record Written(int rows, String unit, SortedMap<String, Integer> leftOut) {}

    /**
     * Replaces the file, whole or not at all; compressed if the name ends in {@code .gz}.
     *
     * @throws InputException if there is nothing to write
     */
    public Written write(Path file, List<RankedTask> tasks) throws IOException {
        if (this == RANKINGS) {
            LabelFiles.write(file, tasks);
            return new Written(tasks.size(), unit, new TreeMap<>());
        }
        Lines content = switch (this) {
            case PAIRS -> PreferencePairs.pairs(tasks);
            case SUMMARIZE_FROM_FEEDBACK -> PreferencePairs.comparisons(tasks);
            case DEMONSTRATIONS -> Demonstrations.lines(tasks);
            case VERDICTS -> throw new IllegalArgumentException("tasks to rank have no verdicts");
            default -> new Lines(RankingsCsv.lines(tasks), new TreeMap<>());
        };
        int rows = this == CSV ? content.lines().size() - 1 : content.lines().size();
        if (rows == 0) {
            throw new InputException((this == DEMONSTRATIONS ? "no demonstration" : "no ranking") + " to write to "
                    + file + (content.leftOut().isEmpty() ? "" : "; left out: " + content.leftOut()));
        }
        LabelFiles.writeLines(file, content.lines().stream(), this == CSV ? "\r\n" : "\n");
        return new Written(rows, unit, content.leftOut());
    }
}
