package dev.rlhf.base;

/**
 * A metric with its 95 % interval.
 *
 * @param value NaN if there was nothing to measure
 * @param low lower end of the interval; NaN if there is none
 * @param high upper end of the interval; NaN if there is none
 * @param n how many questions, prompts, pairs … the metric is of
 */
public record Interval(double value, double low, double high, long n) {
    /** A metric that could not be measured. */
    public static final Interval NOT_MEASURED = new Interval(Double.NaN, Double.NaN, Double.NaN, 0);

    /** A metric without an interval. */
    public static Interval none(double value, long n) {
        return new Interval(value, Double.NaN, Double.NaN, n);
    }

    /** The same of another number of things, as where several questions stand in one item of a bootstrap. */
    public Interval withN(long count) {
        return new Interval(value, low, high, count);
    }

    /** Whether both ends are numbers. */
    public boolean hasEnds() {
        return Double.isFinite(low) && Double.isFinite(high);
    }
}
