package dev.rlhf.stages.rank;

import dev.rlhf.base.Bootstrap;
import dev.rlhf.base.Interval;
import dev.rlhf.generate.Completion;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Figures of completions as such, whatever they say. */
public final class SampleMetrics {
    private SampleMetrics() {}

    /**
     * {@code distinct_2}, {@code mean_length} in tokens with the end token, {@code ended_share}: not cut at the length
     * limit.
     */
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

    /**
     * The same, with intervals over prompts. {@code distinct_2} has none: prompts drawn twice repeat their pairs of
     * tokens, so that every draw of a bootstrap is below the value.
     *
     * @param each samples per prompt; those of a prompt stand together
     */
    public static Map<String, Interval> withIntervals(List<Completion> completions, int each) {
        List<List<Completion>> prompts = IntStream.range(0, completions.size() / each)
                .mapToObj(i -> completions.subList(i * each, (i + 1) * each))
                .toList();
        Map<String, Interval> intervals = new LinkedHashMap<>();
        of(completions).forEach((name, value) -> intervals.put(name, Interval.none(value, prompts.size())));
        intervals.put("mean_length", mean(prompts, c -> c.ids().length));
        intervals.put("ended_share", mean(prompts, c -> c.stopped() ? 1 : 0));
        return intervals;
    }

    private static Interval mean(List<List<Completion>> prompts, ToDoubleFunction<Completion> of) {
        return Bootstrap.of(
                prompts,
                some -> some.stream()
                        .flatMap(List::stream)
                        .mapToDouble(of)
                        .average()
                        .orElse(Double.NaN));
    }
}
