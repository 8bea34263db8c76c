package dev.rlhf.rl;

/**
 * Sums over tokens for PPO's value metrics. Micro-batches are added with {@link #plus} and divided once. Immutable.
 *
 * @param tokens values
 * @param loss ½ Σ max((v-R)², (clip(v)-R)²)
 * @param clipped tokens where the clipped branch is the larger
 */
public record ValueStats(long tokens, double loss, double clipped) {
    /** No tokens; the identity of {@link #plus}. */
    public static final ValueStats NONE = new ValueStats(0, 0, 0);

    /** Adds up both. */
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
}
