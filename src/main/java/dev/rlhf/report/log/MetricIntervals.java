package dev.rlhf.report.log;

import dev.rlhf.base.Interval;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Stores intervals among a stage's final metrics, which are plain numbers: the ends of {@code recall} are {@code
 * recall/low} and {@code recall/high}, its count is {@code recall/n}, so that a recipe can set bounds on each. Pure
 * functions.
 */
public final class MetricIntervals {
    private static final String LOW = "/low";
    private static final String HIGH = "/high";
    private static final String N = "/n";

    /** What the names of an interval's parts add to its own. */
    public static final List<String> PARTS = List.of(LOW, HIGH, N);

    private MetricIntervals() {}

    /** Returns a number for each part of the intervals; missing ends are left out. */
    public static Map<String, Double> flatten(Map<String, Interval> intervals) {
        Map<String, Double> metrics = new LinkedHashMap<>();
        intervals.forEach((name, interval) -> {
            metrics.put(name, interval.value());
            if (interval.hasEnds()) {
                metrics.put(name + LOW, interval.low());
                metrics.put(name + HIGH, interval.high());
            }
            metrics.put(name + N, (double) interval.n());
        });
        return metrics;
    }

    /** Returns the intervals among {@code metrics}, by name. */
    public static Map<String, Interval> of(Map<String, Double> metrics) {
        Map<String, Interval> intervals = new LinkedHashMap<>();
        metrics.forEach((name, value) -> {
            if (metrics.containsKey(name + N)) {
                intervals.put(
                        name,
                        new Interval(
                                value,
                                metrics.getOrDefault(name + LOW, Double.NaN),
                                metrics.getOrDefault(name + HIGH, Double.NaN),
                                Math.round(metrics.getOrDefault(name + N, 0.0))));
            }
        });
        return intervals;
    }

    /** Returns whether a metric is an end or the count of another metric's interval. */
    public static boolean isPart(String name, Map<String, Double> metrics) {
        int slash = name.lastIndexOf('/');
        return slash > 0
                && (name.endsWith(LOW) || name.endsWith(HIGH) || name.endsWith(N))
                && metrics.containsKey(name.substring(0, slash))
                && metrics.containsKey(name.substring(0, slash) + N);
    }
}
