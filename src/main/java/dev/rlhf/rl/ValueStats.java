package dev.rlhf.rl;

/**
 * Sums over tokens for PPO's value metrics. Micro-batches are added with {@link #plus} and divided once. Immutable.
 *
 * @param tokens number of values
 * @param loss ½ Σ max((v-R)², (clip(v)-R)²)
 * @param clipped tokens where the clipped branch is the larger
 */
public record ValueStats(long tokens, double loss, double clipped) {
    /** No tokens; the identity of {@link #plus}. */
    public static final ValueStats NONE = new ValueStats(0, 0, 0);

    /** Returns the sum of both. */
    public ValueStats plus(ValueStats other) {
        return new ValueStats(tokens + other.tokens, loss + other.loss, clipped + other.clipped);
    }

    /** {@code loss/value_avg}: mean over tokens, the ½ included, {@code vf_coef} not. */
    public double vfLoss() {
        return loss / tokens;
    }

    /** {@code val/clipfrac_avg}: share of tokens. */
    public double clipfrac() {
        return clipped / tokens;
    }

    /**
     * {@code critic/vf_explained_var}: 1 - Var(returns - values) / Var(returns) over real tokens. 1 for a perfect
     * critic, 0 for one no better than a constant, NaN where the returns do not vary.
     */
    public static double explainedVariance(float[][] values, float[][] returns, int[] lengths) {
        Masked.check(values, lengths);
        Masked.check(returns, lengths);
        Moments left = Moments.NONE;
        for (int b = 0; b < values.length; b++) {
            for (int t = 0; t < lengths[b]; t++) {
                left = left.plus((double) returns[b][t] - values[b][t]);
            }
        }
        double all = Masked.moments(returns, lengths).variance();
        return all == 0 ? Double.NaN : 1 - left.variance() / all;
    }
}
