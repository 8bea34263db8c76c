package dev.rlhf.label.files;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.data.Origin;
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

/**
 * Rankings files: UTF-8 JSONL, one {@link RankedTask} a line, compressed if the name ends in {@code .gz}. The format is in
 * docs/reference/labelling.md.
 */
public final class LabelFiles {
    private LabelFiles() {}

    /**
     * All tasks in the order of the file.
     *
     * @throws InputException one line with file and line: no file, no JSON, a key that is unknown or missing, ranks that are
     *     no competition ranks, an id twice, no task at all
     */
    public static List<RankedTask> read(Path file) throws IOException {
        return TaskLines.read(file).stream().map(TaskLines.Located::task).toList();
    }

    /**
     * Returns the task that a line of a rankings file holds.
     *
     * @throws InputException with file and line
     */
    public static RankedTask parse(Origin origin, ObjectNode line) {
        try {
            return TaskJson.read(line);
        } catch (IllegalArgumentException e) {
            throw origin.error(String.valueOf(e.getMessage()));
        }
    }

    /** Replaces the file, whole or not at all; the same tasks give the same bytes. */
    public static void write(Path file, List<RankedTask> tasks) throws IOException {
        boolean compress = file.toString().endsWith(".gz");
        AtomicFiles.writeFile(file, temporary -> {
            try (OutputStream stream = Files.newOutputStream(temporary);
                    OutputStream target = compress ? new GZIPOutputStream(stream, 1 << 16) : stream;
                    BufferedWriter writer =
                            new BufferedWriter(new OutputStreamWriter(target, StandardCharsets.UTF_8))) {
                for (RankedTask task : tasks) {
                    writer.write(Json.mapper().writeValueAsString(TaskJson.write(task)));
                    writer.write('\n');
                }
            }
        });
    }
}
