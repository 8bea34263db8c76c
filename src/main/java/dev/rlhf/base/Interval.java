package dev.rlhf.base;

/**
 * A metric with its 95 % interval.
 *
 * @param value NaN if there was nothing to measure
 * @param low lower end of the interval; NaN if unknown
 * @param high upper end of the interval; NaN if unknown
 * @param n number of questions, prompts or pairs measured
 */
public record Interval(double value, double low, double high, long n) {
    /** A metric that could not be measured. */
    public static final Interval NOT_MEASURED = new Interval(Double.NaN, Double.NaN, Double.NaN, 0);

    /** Returns a metric without an interval. */
    public static Interval none(double value, long n) {
        return new Interval(value, Double.NaN, Double.NaN, n);
    }

    /**
     * Returns the same interval with another {@code n}, for a bootstrap whose items contain several questions each.
     */
    public Interval withN(long count) {
        return new Interval(value, low, high, count);
    }

    /** Returns whether both ends are known. */
    public boolean hasEnds() {
        return Double.isFinite(low) && Double.isFinite(high);
    }
}
