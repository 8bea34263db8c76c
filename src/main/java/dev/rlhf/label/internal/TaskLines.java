package dev.rlhf.label.internal;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.label.RankedTask;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

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
        TextFile.read(file, reader -> {
            long number = 0;
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
        });
        if (tasks.isEmpty()) {
            throw InputException.at(file, "holds no task");
        }
        return tasks;
    }

    /** Tasks that come from no file. */
    public static List<Located> unlocated(List<RankedTask> tasks) {
        return tasks.stream()
                .map(task -> new Located(task, "task '" + task.id() + "'"))
                .toList();
    }

    private static RankedTask parse(Path file, long number, String line) {
        try {
            return TaskJson.read(Json.mapper().readTree(line));
        } catch (JsonProcessingException e) {
            throw InputException.at(file, number, "not a line of JSON: " + Json.reason(e));
        } catch (IllegalArgumentException e) {
            throw InputException.at(file, number, String.valueOf(e.getMessage()));
        }
    }
}
