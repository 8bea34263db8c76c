package dev.rlhf.label.files;

import dev.rlhf.base.InputException;
import dev.rlhf.data.JsonLines;
import dev.rlhf.label.RankedTask;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads a rankings file with the line number of each task. */
public final class TaskLines {
    private TaskLines() {}

    /**
     * A task and its place.
     *
     * @param where the place in error messages: {@code file:line}, or the task if it is not from a file
     * @param hasTags whether the line has {@code tags}, which may be empty
     */
    public record Located(RankedTask task, String where, boolean hasTags) {}

    /**
     * Returns all tasks in the order of the file.
     *
     * @throws InputException with file and line; also if a task's id is repeated or the file has no task
     */
    public static List<Located> read(Path file) {
        List<Located> tasks = new ArrayList<>();
        Map<String, Long> lineOf = new HashMap<>();
        JsonLines.forEachObject(file, (origin, line) -> {
            RankedTask task = LabelFiles.parse(origin, line);
            Long first = lineOf.putIfAbsent(task.id(), origin.line());
            if (first != null) {
                throw origin.error("id '" + task.id() + "' is also on line " + first + "; ids are unique");
            }
            tasks.add(new Located(task, file + ":" + origin.line(), line.has("tags")));
        });
        return tasks;
    }

    /** Returns tasks that are not from a file. */
    public static List<Located> unlocated(List<RankedTask> tasks) {
        return tasks.stream()
                .map(task -> new Located(
                        task, "task '" + task.id() + "'", !task.tags().isEmpty()))
                .toList();
    }
}
