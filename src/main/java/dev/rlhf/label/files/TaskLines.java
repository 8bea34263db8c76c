package dev.rlhf.label.files;

import dev.rlhf.base.InputException;
import dev.rlhf.data.JsonLines;
import dev.rlhf.label.RankedTask;
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
    public static List<Located> read(Path file) {
        List<Located> tasks = new ArrayList<>();
        Map<String, Long> lineOf = new HashMap<>();
        JsonLines.forEachObject(file, (origin, line) -> {
            RankedTask task = LabelFiles.parse(origin, line);
            Long first = lineOf.putIfAbsent(task.id(), origin.line());
            if (first != null) {
                throw origin.error("id '" + task.id() + "' is also on line " + first + "; ids are unique");
            }
            tasks.add(new Located(task, file + ":" + origin.line()));
        });
        return tasks;
    }

    /** Tasks that come from no file. */
    public static List<Located> unlocated(List<RankedTask> tasks) {
        return tasks.stream()
                .map(task -> new Located(task, "task '" + task.id() + "'"))
                .toList();
    }
}
