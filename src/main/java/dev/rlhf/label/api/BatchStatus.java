package dev.rlhf.label.api;

import dev.rlhf.label.BatchSettings;

/**
 * The progress of a batch. All counts except {@code goldTasks} exclude gold tasks.
 *
 * @param tasks number of tasks that are not gold
 * @param places rankings wanted: tasks times overlap
 * @param taken places that have a ranking
 * @param claims places that labelers hold now
 * @param skips labels that are a skip or "I can't judge this"
 * @param goldTasks number of tasks whose correct ranks are known
 * @param judging whether the tasks ask for a verdict on one answer
 */
public record BatchStatus(
        String name,
        BatchSettings settings,
        int tasks,
        int places,
        int taken,
        int claims,
        int skips,
        int goldTasks,
        boolean judging) {}
