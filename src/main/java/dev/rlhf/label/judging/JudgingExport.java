package dev.rlhf.label.judging;

import java.util.List;

/**
 * Exported judging tasks with their matching verdicts.
 *
 * @param verdicts number of verdicts
 * @param tasksLeftOut number of tasks that the filter left out
 * @param verdictsLeftOut number of verdicts that the filter left out
 */
public record JudgingExport(List<JudgingTask> tasks, int verdicts, int tasksLeftOut, int verdictsLeftOut) {
    public JudgingExport {
        tasks = List.copyOf(tasks);
    }
}
