package dev.rlhf.label.agreement;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/** Percentile bootstrap (Efron 1979): how much a figure would move with other tasks. The same seed gives the same interval. */
public final class Bootstrap {
    private Bootstrap() {}

    /**
     * A figure and the middle 95 % of what it is on tasks drawn anew.
     *
     * @param low 2.5 % of draws are below; NaN where the figure could not be had in any draw
     * @param high 2.5 % of draws are above
     */
    public record Interval(double value, double low, double high) {}

    /**
     * @param figure may give NaN, and such draws do not count
     * @param draws at least 200 for two good digits
     */
    public static Interval of(List<Item> items, ToDoubleFunction<List<Item>> figure, int draws, long seed) {
        double value = figure.applyAsDouble(items);
        if (items.isEmpty()) {
            return new Interval(value, Double.NaN, Double.NaN);
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] drawn = new double[draws];
        for (int d = 0; d < draws; d++) {
            List<Item> sample = IntStream.range(0, items.size())
                    .mapToObj(_ -> items.get(random.nextInt(items.size())))
                    .toList();
            drawn[d] = figure.applyAsDouble(sample);
        }
        double[] sorted =
                Arrays.stream(drawn).filter(d -> !Double.isNaN(d)).sorted().toArray();
        return new Interval(value, quantile(sorted, 0.025), quantile(sorted, 0.975));
    }

    /** Linear between neighbours, as numpy's default. */
    static double quantile(double[] sorted, double q) {
        if (sorted.length == 0) {
            return Double.NaN;
        }
        double at = q * (sorted.length - 1);
        int below = (int) at;
        int above = Math.min(sorted.length - 1, below + 1);
        return sorted[below] + (at - below) * (sorted[above] - sorted[below]);
    }
}
