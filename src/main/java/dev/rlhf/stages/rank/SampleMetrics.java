package dev.rlhf.stages.rank;

import dev.rlhf.base.Bootstrap;
import dev.rlhf.base.Interval;
import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.stage.MetricNames;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Metrics of completions that need no judge and no other model. */
public final class SampleMetrics {
    /** Names of the metrics. */
    public static final MetricNames NAMES =
            MetricNames.of(of(List.of()).keySet().toArray(String[]::new));

    private SampleMetrics() {}

    /**
     * Returns {@code distinct_2}, {@code mean_length} in tokens including the end token, and {@code ended_share}, the
     * share that was not cut.
     */
    static Map<String, Double> of(List<GeneratedCompletion> completions) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        metrics.put(
                "distinct_2",
                DistinctN.of(
                        2, completions.stream().map(GeneratedCompletion::ids).toList()));
        metrics.put(
                "mean_length",
                completions.stream().mapToInt(c -> c.ids().length).average().orElse(Double.NaN));
        metrics.put(
                "ended_share",
                completions.stream()
                        .mapToInt(c -> c.stopped() ? 1 : 0)
                        .average()
                        .orElse(Double.NaN));
        return metrics;
    }

    /**
     * Returns the metrics with intervals over prompts. {@code distinct_2} has no interval: a prompt drawn twice repeats
     * its bigrams, so every bootstrap draw is below the value.
     *
     * @param each samples per prompt, which are adjacent
     */
    public static Map<String, Interval> withIntervals(List<GeneratedCompletion> completions, int each) {
        List<List<GeneratedCompletion>> prompts = IntStream.range(0, completions.size() / each)
                .mapToObj(i -> completions.subList(i * each, (i + 1) * each))
                .toList();
        Map<String, Interval> intervals = new LinkedHashMap<>();
        of(completions).forEach((name, value) -> intervals.put(name, Interval.none(value, prompts.size())));
        intervals.put("mean_length", mean(prompts, c -> c.ids().length));
        intervals.put("ended_share", mean(prompts, c -> c.stopped() ? 1 : 0));
        return intervals;
    }

    private static Interval mean(List<List<GeneratedCompletion>> prompts, ToDoubleFunction<GeneratedCompletion> of) {
        return Bootstrap.of(
                prompts,
                some -> some.stream()
                        .flatMap(List::stream)
                        .mapToDouble(of)
                        .average()
                        .orElse(Double.NaN));
    }
}
