package dev.rlhf.label.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.label.RankedTask;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** Reads a rankings file and remembers on which line each task stood. */
public final class TaskLines {
    private TaskLines() {}

    /**
     * A task and where it came from.
     *
     * @param where how a message names the place: {@code file:line}, or the task if it came from elsewhere
     */
    public record Located(RankedTask task, String where) {}

    /**
     * All tasks in the order of the file.
     *
     * @throws InputException naming file and line; also if a task's id comes twice or the file has no task
     */
    public static List<Located> read(Path file) throws IOException {
        List<Located> tasks = new ArrayList<>();
        Map<String, Long> lineOf = new HashMap<>();
        long number = 0;
        try (BufferedReader reader = open(file)) {
            for (String line = reader.readLine(); line != null; line = reader.readLine()) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                RankedTask task = parse(file, number, line);
                Long first = lineOf.putIfAbsent(task.id(), number);
                if (first != null) {
                    throw InputException.at(
                            file, number, "id '" + task.id() + "' is also on line " + first + "; ids are unique");
                }
                tasks.add(new Located(task, file + ":" + number));
            }
        } catch (NoSuchFileException e) {
            throw new InputException(file + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new InputException(file + ": not UTF-8 after line " + number + "; convert the file to UTF-8", e);
        } catch (ZipException | EOFException e) {
            throw new InputException(file + ": not a whole gzip file: " + e.getMessage(), e);
        }
        if (tasks.isEmpty()) {
            throw InputException.at(file, "holds no task");
        }
        return tasks;
    }

    private static RankedTask parse(Path file, long number, String line) {
        try {
            return TaskJson.read(Json.mapper().readTree(line));
        } catch (JsonProcessingException e) {
            throw InputException.at(file, number, "not a line of JSON: " + firstLine(e.getOriginalMessage()));
        } catch (IllegalArgumentException e) {
            throw InputException.at(file, number, String.valueOf(e.getMessage()));
        }
    }

    private static String firstLine(String message) {
        return message.lines().findFirst().orElse("");
    }

    private static BufferedReader open(Path file) throws IOException {
        InputStream stream = Files.newInputStream(file);
        try {
            InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(stream, 1 << 16) : stream;
            // A decoder, not a charset: bytes that are no UTF-8 are an error instead of a replacement character.
            return new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8.newDecoder()));
        } catch (IOException e) {
            stream.close();
            throw e;
        }
    }
}
