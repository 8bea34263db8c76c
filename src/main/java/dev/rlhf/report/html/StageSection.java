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
 * @param runDir its run directory, whose metrics.jsonl is read if there is one; null if the stage leaves none
 * @param wallSeconds how long it took; NaN if unknown, as for a stage done earlier
 * @param figures what it ended with
 * @param expectations its bounds and what came out
 */
public record StageSection(
        String title,
        @Nullable Path runDir,
        double wallSeconds,
        Map<String, Double> figures,
        List<Expectation> expectations) {
    public StageSection {
        figures = new LinkedHashMap<>(figures);
        expectations = List.copyOf(expectations);
    }
}
