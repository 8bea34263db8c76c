package dev.rlhf.label.api;

import dev.rlhf.label.BatchSettings;
import dev.rlhf.label.assignment.TagDemand;
import java.util.List;

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
 * @param demand open tasks that need labelers with tags, by tags; empty without tags
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
        boolean judging,
        List<TagDemand> demand) {
    public BatchStatus {
        demand = List.copyOf(demand);
    }
}
