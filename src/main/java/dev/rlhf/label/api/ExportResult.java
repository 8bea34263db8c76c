package dev.rlhf.label.api;

import dev.rlhf.label.RankedTask;
import java.util.List;

/**
 * The result of an export.
 *
 * @param rankings number of rankings in the tasks
 * @param tasksLeftOut number of tasks with too few rankings that match the filter
 * @param rankingsLeftOut number of rankings that do not match or whose task was left out
 */
public record ExportResult(List<RankedTask> tasks, int rankings, int tasksLeftOut, int rankingsLeftOut) {
    public ExportResult {
        tasks = List.copyOf(tasks);
    }
}
