package dev.rlhf.bench;

import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * Wall time of steps, in seconds. A step must end by reading a number that depends on its work, so that it waits for a
 * GPU like {@code torch.cuda.synchronize}.
 */
public final class Laps {
    private Laps() {}

    /** Runs steps 0 … warmup + count - 1 and times the last {@code count} of them. */
    public static double[] of(int warmup, int count, IntConsumer step) {
        return of(warmup, count, Double.POSITIVE_INFINITY, step);
    }

    /**
     * Runs steps as above, but starts no step after the timed ones have taken {@code limit} seconds in total. At least
     * one step is timed.
     */
    public static double[] of(int warmup, int count, double limit, IntConsumer step) {
        double[] seconds = new double[count];
        double sum = 0;
        for (int i = 0; i < warmup + count; i++) {
            long start = System.nanoTime();
            step.accept(i);
            if (i >= warmup) {
                seconds[i - warmup] = (System.nanoTime() - start) / 1e9;
                sum += seconds[i - warmup];
                if (sum >= limit) {
                    return Arrays.copyOf(seconds, i - warmup + 1);
                }
            }
        }
        return seconds;
    }

    /** Returns the median; for an even number of values, the mean of the two in the middle. */
    public static double median(double[] values) {
        double[] sorted = values.clone();
        Arrays.sort(sorted);
        int middle = sorted.length / 2;
        return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    }
}
