package dev.rlhf.label.files;

import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import dev.rlhf.label.RankedTask;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;

/** Forms in which {@code rlhf label export} writes rankings; the same tasks give the same bytes. */
public enum ExportFormat {
    /** Our own, a task a line: nothing is lost ({@link LabelFiles}). */
    RANKINGS,
    /** {@code {"prompt", "chosen", "rejected"}}, a line for every pair that a labeler saw an order in; what TRL reads. */
    PAIRS,
    /** The comparisons of Stiennon 2020 (summarize-from-feedback), a line for every pair with an order. */
    SUMMARIZE_FROM_FEEDBACK,
    /** A line for every completion a labeler placed. */
    CSV;

    /** How many lines of what stand in the file. */
    public record Written(int lines, String of) {}

    /** Replaces the file, whole or not at all; compressed if the name ends in {@code .gz}. */
    public Written write(Path file, List<RankedTask> tasks) throws IOException {
        if (this == RANKINGS) {
            LabelFiles.write(file, tasks);
            return new Written(tasks.size(), "tasks");
        }
        List<String> lines = switch (this) {
            case PAIRS -> PreferencePairs.pairs(tasks);
            case SUMMARIZE_FROM_FEEDBACK -> PreferencePairs.comparisons(tasks);
            default -> RankingsCsv.lines(tasks);
        };
        int rows = this == CSV ? lines.size() - 1 : lines.size();
        if (rows == 0) {
            throw new InputException("no ranking to write to " + file);
        }
        boolean compress = file.toString().endsWith(".gz");
        AtomicFiles.writeFile(file, temporary -> {
            try (OutputStream stream = Files.newOutputStream(temporary);
                    OutputStream target = compress ? new GZIPOutputStream(stream, 1 << 16) : stream;
                    BufferedWriter writer =
                            new BufferedWriter(new OutputStreamWriter(target, StandardCharsets.UTF_8))) {
                for (String line : lines) {
                    writer.write(line);
                    writer.write(this == CSV ? "\r\n" : "\n");
                }
            }
        });
        return new Written(rows, this == CSV ? "places" : "pairs");
    }
}
