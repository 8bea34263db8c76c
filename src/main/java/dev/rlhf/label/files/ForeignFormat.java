package dev.rlhf.label.files;

import dev.rlhf.base.InputException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Locale;

/** Formats of other tools that {@code rlhf label import --format} reads. */
public enum ForeignFormat {
    /** Anthropic's helpful-harmless pairs: {@code {"chosen", "rejected"}}, both complete transcripts. */
    HH,
    /**
     * Rows with a prompt, a chosen and a rejected completion, as TRL reads and {@link ExportFormat#PAIRS} writes them.
     */
    PAIRS,
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
                .filter(known -> known.name().toLowerCase(Locale.ROOT).equals(word))
                .findFirst()
                .orElseThrow(() -> new InputException(
                        "format '" + word + "' is unknown; known are rankings, hh, pairs, argilla and label_studio"));
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
            case ARGILLA -> ForeignRows.read(file, new ArgillaRecords(fields));
            case LABEL_STUDIO -> ForeignRows.read(file, new LabelStudioTasks(fields));
        };
    }
}
