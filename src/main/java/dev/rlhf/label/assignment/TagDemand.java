package dev.rlhf.label.assignment;

import java.util.List;

/**
 * The open tasks of a batch that need the same tags, and the labelers who have them.
 *
 * @param tags tags of the tasks and of their batch; not empty
 * @param openTasks number of tasks that want more labels
 * @param labelers number of labelers who have all tags and are not disabled
 */
public record TagDemand(List<String> tags, int openTasks, int labelers) {
    public TagDemand {
        tags = List.copyOf(tags);
    }
}
