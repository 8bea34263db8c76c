package dev.rlhf.label.files;

import dev.rlhf.base.InputException;
import dev.rlhf.label.RankedTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Formats that {@code rlhf label export} writes; the same tasks give the same bytes. */
public enum ExportFormat {
    /** This program's format, one task per line, which keeps everything ({@link LabelFiles}). */
    RANKINGS("tasks"),
    /** {@code {"prompt", "chosen", "rejected"}}, one line per pair that a labeler ordered; TRL reads it. */
    PAIRS("pairs"),
    /** The comparisons of Stiennon 2020 (summarize-from-feedback), one line per pair that a labeler ordered. */
    SUMMARIZE_FROM_FEEDBACK("pairs"),
    /** Better answers that labelers wrote, as {@code rlhf sft} reads them. */
    DEMONSTRATIONS("demonstrations"),
    /** Verdicts of judging tasks, as {@code rlhf judge} reads them; {@code label.judging.JudgingFile} writes them. */
    VERDICTS("verdicts"),
    /** Message trees of Open Assistant, one per task, with the common order of all rankings. */
    OASST("trees"),
    /** Rows of UltraFeedback: completions with the means of the labelers' scores. */
    ULTRAFEEDBACK("rows"),
    /** Rows of HelpSteer3-Preference: two responses with the mean strength of preference. */
    HELPSTEER("rows"),
    /** Anthropic's helpful-harmless transcripts, one line per pair that a labeler ordered. */
    HH("pairs"),
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
                .filter(known -> known.word().equals(name))
                .findFirst()
                .orElseThrow(() -> new InputException("--format is '" + name + "'; known are "
                        + Arrays.stream(values()).map(ExportFormat::word).collect(Collectors.joining(", "))));
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns the suffix of the format's files: {@code .jsonl} or {@code .csv}. */
    public String suffix() {
        return this == CSV ? ".csv" : ".jsonl";
    }

    /**
     * The contents of a written file.
     *
     * @param rows number of rows of {@code unit}, such as tasks or pairs
     * @param leftOut what this format cannot express, counted by reason; empty if nothing was left out
     */
    public record Written(int rows, String unit, SortedMap<String, Integer> leftOut) {}

    /**
     * Replaces the file atomically; compressed if the name ends in {@code .gz}.
     *
     * @throws InputException if there is nothing to write
     */
    public Written write(Path file, List<RankedTask> tasks) throws IOException {
        if (this == RANKINGS) {
            LabelFiles.write(file, tasks);
            return new Written(tasks.size(), unit, new TreeMap<>());
        }
        ExportLines content = new ExportLines();
        switch (this) {
            case PAIRS -> PreferencePairs.pairs(content.withoutGold(tasks), content);
            case SUMMARIZE_FROM_FEEDBACK -> PreferencePairs.comparisons(content.withoutGold(tasks), content);
            case DEMONSTRATIONS -> Demonstrations.write(content.withoutGold(tasks), content);
            case OASST -> OasstWriter.write(content.withoutGold(tasks), content);
            case ULTRAFEEDBACK -> UltraFeedbackWriter.write(content.withoutGold(tasks), content);
            case HELPSTEER -> HelpSteerWriter.write(content.withoutGold(tasks), content);
            case HH -> HhWriter.write(content.withoutGold(tasks), content);
            case VERDICTS -> throw new IllegalArgumentException("tasks to rank have no verdicts");
            default -> content.addAll(RankingsCsv.lines(tasks));
        }
        int rows = this == CSV ? content.lines().size() - 1 : content.lines().size();
        if (rows == 0) {
            throw new InputException("no " + wanted() + " to write to " + file
                    + (content.leftOut().isEmpty() ? "" : "; left out: " + content.leftOut()));
        }
        LabelFiles.writeLines(file, content.lines().stream(), this == CSV ? "\r\n" : "\n");
        return new Written(rows, unit, content.leftOut());
    }

    /** Returns what a task must have to be written to the file. */
    private String wanted() {
        return switch (this) {
            case DEMONSTRATIONS -> "demonstration";
            case ULTRAFEEDBACK -> "score";
            case HELPSTEER -> "strength";
            default -> "ranking";
        };
    }
}
