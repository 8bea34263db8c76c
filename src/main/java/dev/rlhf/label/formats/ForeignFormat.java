package dev.rlhf.label.formats;

import dev.rlhf.base.InputException;
import java.io.IOException;
import java.nio.file.Path;

/** Files of others that {@code rlhf label import --format} reads. */
public enum ForeignFormat {
    /** Anthropic's helpful-harmless pairs: {@code {"chosen", "rejected"}}, each a whole transcript. */
    HH,
    /** Argilla's records with a ranking question. */
    ARGILLA,
    /** Label Studio's JSON export with a Ranker or Pairwise result. */
    LABEL_STUDIO;

    /**
     * Reads a file, {@code .json}, {@code .jsonl}, either with {@code .gz}.
     *
     * @throws InputException one line with file and line: no file, no JSON, a row that is not of this format, no task at all
     */
    public ForeignLabels read(Path file, Fields fields) throws IOException {
        return ForeignRows.read(
                file,
                switch (this) {
                    case HH -> new HhPairs();
                    case ARGILLA -> new ArgillaRecords(fields);
                    case LABEL_STUDIO -> new LabelStudioTasks(fields);
                });
    }
}
