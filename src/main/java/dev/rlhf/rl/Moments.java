package dev.rlhf.rl;

/**
 * Count, mean, variance and extremes of numbers, which can be merged across batches without loss of precision (Chan,
 * Golub and LeVeque 1979). Immutable.
 *
 * @param count number of values
 * @param mean arithmetic mean; 0 of none
 * @param squares sum of squared distances from the mean
 * @param min smallest value; +infinity of none
 * @param max largest value; -infinity of none
 */
public record Moments(long count, double mean, double squares, double min, double max) {
    /** Empty; the identity of {@link #plus}. */
    public static final Moments NONE = new Moments(0, 0, 0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

    /** Returns the moments of {@code values}. */
    public static Moments of(float... values) {
        Moments all = NONE;
        for (float value : values) {
            all = all.plus(value);
        }
        return all;
    }

    /** Adds one value. */
    public Moments plus(double value) {
        return plus(new Moments(1, value, 0, value, value));
    }

    /** Adds up both. */
    public Moments plus(Moments other) {
        long n = count + other.count;
        if (n == 0) {
            return NONE;
        }
        double gap = other.mean - mean;
        return new Moments(
                n,
                mean + gap * other.count / n,
                squares + other.squares + gap * gap * count * other.count / n,
                Math.min(min, other.min),
                Math.max(max, other.max));
    }

    /** Returns the variance over n - 1 (torch's default); 0 of fewer than two values. */
    public double variance() {
        return count < 2 ? 0 : squares / (count - 1);
    }

    /** Returns the variance over n; 0 of none. */
    public double biasedVariance() {
        return count == 0 ? 0 : squares / count;
    }

    /** Returns the square root of {@link #variance}. */
    public double std() {
        return Math.sqrt(variance());
    }
}
