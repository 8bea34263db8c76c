package dev.rlhf.stage;

import dev.rlhf.generate.Completion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Figures of completions as such, whatever they say. */
final class SampleFigures {
    private SampleFigures() {}

    /** {@code distinct_2}, {@code mean_length} in tokens with the end token, {@code ended_share}: not cut at the length limit. */
    static Map<String, Double> of(List<Completion> completions) {
        Map<String, Double> figures = new LinkedHashMap<>();
        figures.put(
                "distinct_2",
                Distinct.of(2, completions.stream().map(Completion::ids).toList()));
        figures.put(
                "mean_length",
                completions.stream().mapToInt(c -> c.ids().length).average().orElse(Double.NaN));
        figures.put(
                "ended_share",
                completions.stream()
                        .mapToInt(c -> c.stopped() ? 1 : 0)
                        .average()
                        .orElse(Double.NaN));
        return figures;
    }
}
