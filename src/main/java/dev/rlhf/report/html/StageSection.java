package dev.rlhf.report.html;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A stage in the report of a pipeline.
 *
 * @param title its name in the recipe
 * @param runDir its run directory, whose metrics.jsonl is read if it exists; null if the stage has none
 * @param wallSeconds wall time; NaN if unknown
 * @param metrics its final metrics
 * @param expectations its bounds and the values checked against them
 */
public record StageSection(
        String title,
        @Nullable Path runDir,
        double wallSeconds,
        Map<String, Double> metrics,
        List<Expectation> expectations) {
    public StageSection {
        metrics = new LinkedHashMap<>(metrics);
        expectations = List.copyOf(expectations);
    }
}
