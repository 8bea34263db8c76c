package dev.rlhf.rl;

/**
 * Count, mean, spread and extremes of numbers, mergeable across batches without loss (Chan, Golub and LeVeque 1979).
 * Immutable.
 *
 * @param count how many
 * @param mean their mean; 0 of none
 * @param squares sum of squared distances from the mean
 * @param min the smallest; +infinity of none
 * @param max the largest; -infinity of none
 */
public record Moments(long count, double mean, double squares, double min, double max) {
    /** Of nothing: the neutral element of {@link #plus}. */
    public static final Moments NONE = new Moments(0, 0, 0, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY);

    /** Of all {@code values}. */
    public static Moments of(float... values) {
        Moments all = NONE;
        for (float value : values) {
            all = all.plus(value);
        }
        return all;
    }

    /** With one more value. */
    public Moments plus(double value) {
        return plus(new Moments(1, value, 0, value, value));
    }

    /** Of both. */
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

    /** Variance with n-1 (torch's default); 0 of fewer than two values. */
    public double variance() {
        return count < 2 ? 0 : squares / (count - 1);
    }

    /** Variance with n; 0 of none. */
    public double biasedVariance() {
        return count == 0 ? 0 : squares / count;
    }

    /** Square root of {@link #variance}. */
    public double std() {
        return Math.sqrt(variance());
    }
}
