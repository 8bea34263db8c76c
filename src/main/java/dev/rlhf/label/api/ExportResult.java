package dev.rlhf.label.api;

import dev.rlhf.label.RankedTask;
import java.util.List;

/**
 * What was given away.
 *
 * @param rankings in the tasks
 * @param tasksLeftOut because too few of their rankings fit the filter
 * @param rankingsLeftOut because they did not fit, or their task was left out
 */
public record ExportResult(List<RankedTask> tasks, int rankings, int tasksLeftOut, int rankingsLeftOut) {
    public ExportResult {
        tasks = List.copyOf(tasks);
    }
}
