package dev.rlhf.rl;

/**
 * Sums over tokens for PPO's policy metrics. Micro-batches are added with {@link #plus} and divided once. Immutable.
 *
 * @param tokens real tokens
 * @param loss Σ max(-Aρ, -A·clip(ρ))
 * @param clipped tokens where the clipped branch is the larger: they have no gradient
 * @param k2 Σ ½ (log ρ)²
 * @param excess Σ ρ - 1
 * @param excessSquares Σ (ρ - 1)²
 * @param clamped tokens whose log ρ was outside ±20 and was clamped
 * @param entropySum Σ entropy of the policy's distributions, nats
 */
public record PolicyStats(
        long tokens,
        double loss,
        double clipped,
        double k2,
        double excess,
        double excessSquares,
        double clamped,
        double entropySum) {
    /** No tokens; the identity of {@link #plus}. */
    public static final PolicyStats NONE = new PolicyStats(0, 0, 0, 0, 0, 0, 0, 0);

    /** @param sums the second result of the kernel {@code ppo_policy_loss}: {@link #loss} to {@link #clamped} */
    static PolicyStats of(long tokens, float[] sums, double entropySum) {
        return new PolicyStats(tokens, sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], entropySum);
    }

    /** Adds up both. */
    public PolicyStats plus(PolicyStats other) {
        return new PolicyStats(
                tokens + other.tokens,
                loss + other.loss,
                clipped + other.clipped,
                k2 + other.k2,
                excess + other.excess,
                excessSquares + other.excessSquares,
                clamped + other.clamped,
                entropySum + other.entropySum);
    }

    /** {@code loss/policy_avg}: mean over tokens. */
    public double pgLoss() {
        return loss / tokens;
    }

    /** {@code policy/clipfrac_avg}: share of tokens. */
    public double clipfrac() {
        return clipped / tokens;
    }

    /** {@code policy/approxkl_avg}: KL(old ‖ new) by k2, nats per token. */
    public double approxkl() {
        return k2 / tokens;
    }

    /** {@code policy/entropy_avg}: mean over tokens, nats. */
    public double entropy() {
        return entropySum / tokens;
    }

    /** {@code val/ratio}: mean of ρ over tokens; 1 at the first minibatch of the first epoch. */
    public double ratio() {
        return 1 + excess / tokens;
    }

    /** {@code val/ratio_var}: variance of ρ over tokens, over n. */
    public double ratioVar() {
        double mean = excess / tokens;
        return Math.max(0, excessSquares / tokens - mean * mean);
    }
}
