package dev.rlhf.label.files;

import dev.rlhf.label.RankedTask;
import java.util.List;
import java.util.SortedMap;

/**
 * The content of another tool's file.
 *
 * @param rows number of rows in the file
 * @param leftOut number of rows and labels that could not be imported, by reason; empty if all were
 */
public record ForeignLabels(List<RankedTask> tasks, int rows, SortedMap<String, Integer> leftOut) {
    public ForeignLabels {
        tasks = List.copyOf(tasks);
    }
}
