package dev.rlhf.rl;

/**
 * Sums over tokens behind PPO's value figures; micro-batches add up with {@link #plus}. Immutable.
 *
 * @param tokens real tokens
 * @param loss ½ Σ max((v-R)², (clip(v)-R)²)
 * @param clipped tokens where the clipped branch is the larger
 */
public record ValueStats(long tokens, double loss, double clipped) {
    /** Of no tokens: the neutral element of {@link #plus}. */
    public static final ValueStats NONE = new ValueStats(0, 0, 0);

    /** Of both. */
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
