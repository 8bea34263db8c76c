package dev.rlhf.label.files;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;

/** Formats of other tools that {@code rlhf label import --format} reads. */
public enum ForeignFormat {
    /** Anthropic's helpful-harmless pairs: {@code {"chosen", "rejected"}}, both complete transcripts. */
    HH,
    /**
     * Rows with a prompt, a chosen and a rejected completion, as TRL reads and {@link ExportFormat#PAIRS} writes them.
     */
    PAIRS,
    /** Message trees of Open Assistant (OASST1 and OASST2). */
    OASST,
    /** UltraFeedback: completions with scores. */
    ULTRAFEEDBACK,
    /** HelpSteer, HelpSteer2, HelpSteer2-Preference and HelpSteer3-Preference. */
    HELPSTEER,
    /** Nectar: answers with ranks. */
    NECTAR,
    /** Argilla's records with a ranking question. */
    ARGILLA,
    /** Label Studio's JSON export with a Ranker or Pairwise result. */
    LABEL_STUDIO;

    /**
     * Returns the format that {@code word} names, such as {@code label_studio}.
     *
     * @throws InputException if there is no such format; the message lists the known ones
     */
    public static ForeignFormat of(String word) {
        return Arrays.stream(values())
                .filter(known -> known.word().equals(word))
                .findFirst()
                .orElseThrow(() -> new InputException("format '" + word
                        + "' is unknown; known are rankings, judging, second_opinion, "
                        + Arrays.stream(values()).map(ForeignFormat::word).collect(Collectors.joining(", "))));
    }

    private String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /**
     * Returns the format of a public data set by the fields of a file's first row: Open Assistant, UltraFeedback,
     * HelpSteer or Nectar. Empty for every other file, rankings and pairs included.
     *
     * @throws InputException if the file cannot be read or its first row is not JSON
     */
    public static Optional<ForeignFormat> detect(Path file) throws IOException {
        JsonNode row = ForeignRows.first(file);
        if (row.has("message_tree_id") || row.has("message_id")) {
            return Optional.of(OASST);
        }
        if (row.has("instruction") && row.has("completions")) {
            return Optional.of(ULTRAFEEDBACK);
        }
        if (HelpSteerRows.matches(row)) {
            return Optional.of(HELPSTEER);
        }
        return row.has("prompt") && row.has("answers") ? Optional.of(NECTAR) : Optional.empty();
    }

    /**
     * Reads a file, {@code .json}, {@code .jsonl}, either with {@code .gz}.
     *
     * @throws InputException one line with file and line: no file, not JSON, a row that is not in this format, no task
     *     at all
     */
    public ForeignLabels read(Path file, Fields fields) throws IOException {
        return switch (this) {
            case HH -> ForeignRows.read(file, new HhPairs());
            case PAIRS -> PairTasks.read(file);
            case OASST -> ForeignRows.read(file, new OasstTrees());
            case ULTRAFEEDBACK -> ForeignRows.read(file, new UltraFeedbackRows());
            case HELPSTEER -> HelpSteerRows.read(file);
            case NECTAR -> ForeignRows.read(file, new NectarRows());
            case ARGILLA -> ForeignRows.read(file, new ArgillaRecords(fields));
            case LABEL_STUDIO -> ForeignRows.read(file, new LabelStudioTasks(fields));
        };
    }
}
