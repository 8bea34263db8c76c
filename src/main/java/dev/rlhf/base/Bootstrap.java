package dev.rlhf.base;

import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;

/**
 * The percentile bootstrap (Efron 1979), which measures how much a metric varies with the choice of items. Items must
 * be independent: tasks, prompts with all their samples, or subjects with all their questions. The same seed gives the
 * same interval.
 */
public final class Bootstrap {
    private static final int DRAWS = 1000;
    private static final long SEED = 1;

    private Bootstrap() {}

    /** As {@link #of(List, ToDoubleFunction, int, long)}, with 1,000 draws and seed 1. */
    public static <T> Interval of(List<T> items, ToDoubleFunction<List<T>> metric) {
        return of(items, metric, DRAWS, SEED);
    }

    /**
     * Returns the metric over all items, and the middle 95 % of its values over samples drawn with replacement.
     * @param metric may return NaN, for example if it would divide by 0; such draws are ignored
     * @param draws number of resamples; at least 200 for two reliable digits
     * @return {@link Interval#n} is the number of items; low and high are NaN if no draw gave a number
     */
    public static <T> Interval of(List<T> items, ToDoubleFunction<List<T>> metric, int draws, long seed) {
        double value = metric.applyAsDouble(items);
        if (items.isEmpty()) {
            return new Interval(value, Double.NaN, Double.NaN, 0);
        }
        SplittableRandom random = new SplittableRandom(seed);
        double[] drawn = new double[draws];
        for (int d = 0; d < draws; d++) {
            List<T> sample = IntStream.range(0, items.size())
                    .mapToObj(_ -> items.get(random.nextInt(items.size())))
                    .toList();
            drawn[d] = metric.applyAsDouble(sample);
        }
        return interval(value, drawn, items.size());
    }

    /**
     * Bootstraps metrics that are functions of sums over items. It draws the same samples as {@link #of(List,
     * ToDoubleFunction, int, long)} and is faster, because it only adds numbers for each sample.
     *
     * @param rows one row of numbers per item, all of the same length
     * @param metrics functions of the sums of the rows; the array is reused and must not be kept
     * @return one interval per metric
     */
    public static List<Interval> ofSums(
            double[][] rows, List<ToDoubleFunction<double[]>> metrics, int draws, long seed) {
        double[] sums = new double[rows.length == 0 ? 0 : rows[0].length];
        for (double[] row : rows) {
            add(sums, row);
        }
        if (rows.length == 0) {
            return metrics.stream()
                    .map(_ -> new Interval(Double.NaN, Double.NaN, Double.NaN, 0))
                    .toList();
        }
        double[] values = metrics.stream()
                .mapToDouble(metric -> metric.applyAsDouble(sums))
                .toArray();
        SplittableRandom random = new SplittableRandom(seed);
        double[][] drawn = new double[metrics.size()][draws];
        for (int d = 0; d < draws; d++) {
            Arrays.fill(sums, 0);
            for (int i = 0; i < rows.length; i++) {
                add(sums, rows[random.nextInt(rows.length)]);
            }
            for (int m = 0; m < drawn.length; m++) {
                drawn[m][d] = metrics.get(m).applyAsDouble(sums);
            }
        }
        return IntStream.range(0, drawn.length)
                .mapToObj(m -> interval(values[m], drawn[m], rows.length))
                .toList();
    }

    private static void add(double[] sums, double[] row) {
        for (int i = 0; i < row.length; i++) {
            sums[i] += row[i];
        }
    }

    private static Interval interval(double value, double[] drawn, int n) {
        double[] sorted =
                Arrays.stream(drawn).filter(d -> !Double.isNaN(d)).sorted().toArray();
        return new Interval(value, quantile(sorted, 0.025), quantile(sorted, 0.975), n);
    }

    /** Returns a quantile with linear interpolation, numpy's default. */
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
