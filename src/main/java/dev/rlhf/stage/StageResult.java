package dev.rlhf.stage;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The figures a stage ends with, in the order to print them: what {@code expect:} bounds are checked against and what the
 * final table shows. Names are those of docs/reference/metrics.md; values are finite or NaN (not measured), never absent.
 */
public record StageResult(Map<String, Double> figures) {
    public StageResult {
        figures = new LinkedHashMap<>(figures);
    }
}
