package dev.rlhf.label.files;

import dev.rlhf.label.RankedTask;
import java.util.List;
import java.util.SortedMap;

/**
 * What a file of another tool held.
 *
 * @param rows in the file
 * @param leftOut why rows, or labels of rows, could not be taken, and how many; empty if all were
 */
public record ForeignLabels(List<RankedTask> tasks, int rows, SortedMap<String, Integer> leftOut) {
    public ForeignLabels {
        tasks = List.copyOf(tasks);
    }
}
