package dev.rlhf.report.log;

import dev.rlhf.base.Interval;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Intervals among the plain numbers a stage ends with: {@code recall} has its ends as {@code recall/low} and {@code recall/high}
 * and its count as {@code recall/n}, so that a recipe can expect something of each. Pure functions.
 */
public final class MetricIntervals {
    private static final String LOW = "/low";
    private static final String HIGH = "/high";
    private static final String N = "/n";

    private MetricIntervals() {}

    /** One number for each part of an interval; ends that it does not have are left out. */
    public static Map<String, Double> flatten(Map<String, Interval> intervals) {
        Map<String, Double> figures = new LinkedHashMap<>();
        intervals.forEach((name, interval) -> {
            figures.put(name, interval.value());
            if (interval.hasEnds()) {
                figures.put(name + LOW, interval.low());
                figures.put(name + HIGH, interval.high());
            }
            figures.put(name + N, (double) interval.n());
        });
        return figures;
    }

    /** The intervals among {@code figures}, by name. */
    public static Map<String, Interval> of(Map<String, Double> figures) {
        Map<String, Interval> intervals = new LinkedHashMap<>();
        figures.forEach((name, value) -> {
            if (figures.containsKey(name + N)) {
                intervals.put(
                        name,
                        new Interval(
                                value,
                                figures.getOrDefault(name + LOW, Double.NaN),
                                figures.getOrDefault(name + HIGH, Double.NaN),
                                Math.round(figures.getOrDefault(name + N, 0.0))));
            }
        });
        return intervals;
    }

    /** Whether a figure is only a part of the interval of another. */
    public static boolean isPart(String name, Map<String, Double> figures) {
        int slash = name.lastIndexOf('/');
        return slash > 0
                && (name.endsWith(LOW) || name.endsWith(HIGH) || name.endsWith(N))
                && figures.containsKey(name.substring(0, slash))
                && figures.containsKey(name.substring(0, slash) + N);
    }
}
