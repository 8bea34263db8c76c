package dev.rlhf.stage;

import java.util.List;

/**
 * What a run of a stage leaves.
 *
 * @param metrics the names that its final metrics can have
 * @param files names of the files and folders that it writes into its output folder for other stages and users
 */
public record StageOutputs(MetricNames metrics, List<String> files) {
    public StageOutputs {
        files = List.copyOf(files);
    }
}
