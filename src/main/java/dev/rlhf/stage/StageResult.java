package dev.rlhf.stage;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The final metrics of a stage, in the order to print them. {@code expect:} bounds are checked against them, and the
 * final table shows them. Names are those of docs/reference/metrics.md; values are finite, or NaN if not measured.
 */
public record StageResult(Map<String, Double> metrics) {
    public StageResult {
        metrics = new LinkedHashMap<>(metrics);
    }
}
