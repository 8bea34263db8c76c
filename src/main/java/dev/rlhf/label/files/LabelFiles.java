package dev.rlhf.label.files;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
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
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;

/**
 * Reads and writes rankings files: UTF-8 JSONL, one {@link RankedTask} per line, compressed if the name ends in
 * {@code .gz}. The format is described in docs/reference/labelling.md.
 */
public final class LabelFiles {
    private LabelFiles() {}

    /**
     * Returns whether the first row of a file is a task of a rankings file.
     *
     * @throws InputException if the file cannot be read or its first row is not JSON
     */
    public static boolean holdsTasks(Path file) throws IOException {
        JsonNode row = ForeignRows.first(file);
        return row.path("completions").isArray() && row.has("id");
    }

    /**
     * Returns all tasks in the order of the file.
     *
     * @throws InputException one line with file and line: no file, not JSON, an unknown or missing key, ranks that are
     *     not competition ranks, a repeated id, no task at all
     */
    public static List<RankedTask> read(Path file) throws IOException {
        return TaskLines.read(file).stream().map(TaskLines.Located::task).toList();
    }

    /**
     * Returns the task of one line of a rankings file.
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

    /** Replaces the file atomically; the same tasks give the same bytes. */
    public static void write(Path file, List<RankedTask> tasks) throws IOException {
        writeLines(file, tasks.stream().map(LabelFiles::line), "\n");
    }

    private static String line(RankedTask task) {
        try {
            return Json.mapper().writeValueAsString(TaskJson.write(task));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Replaces the file atomically; compressed if the name ends in {@code .gz}. */
    static void writeLines(Path file, Stream<String> lines, String end) throws IOException {
        boolean compress = file.toString().endsWith(".gz");
        AtomicFiles.writeFile(file, temporary -> {
            try (OutputStream stream = Files.newOutputStream(temporary);
                    OutputStream target = compress ? new GZIPOutputStream(stream, 1 << 16) : stream;
                    BufferedWriter writer =
                            new BufferedWriter(new OutputStreamWriter(target, StandardCharsets.UTF_8))) {
                for (String line : (Iterable<String>) lines::iterator) {
                    writer.write(line);
                    writer.write(end);
                }
            }
        });
    }
}
