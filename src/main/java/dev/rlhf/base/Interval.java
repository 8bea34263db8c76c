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

    /** A metric without an interval. */
    public static Interval none(double value, long n) {
        return new Interval(value, Double.NaN, Double.NaN, n);
    }

    /**
     * Returns the same interval with another {@code n}, for example if an item of a bootstrap has several questions.
     */
    public Interval withN(long count) {
        return new Interval(value, low, high, count);
    }

    /** Whether both ends are numbers. */
    public boolean hasEnds() {
        return Double.isFinite(low) && Double.isFinite(high);
    }
}
