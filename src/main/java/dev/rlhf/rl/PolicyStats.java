package dev.rlhf.rl;

/**
 * Sums over tokens behind PPO's policy figures; micro-batches add up with {@link #plus}, and only then is divided. Immutable.
 *
 * @param tokens real tokens
 * @param loss Σ max(-Aρ, -A·clip(ρ))
 * @param clipped tokens where the clipped branch is the larger: their gradient is cut off
 * @param k2 Σ ½ (log ρ)²
 * @param k3 Σ ρ - 1 - log ρ
 * @param excess Σ ρ - 1
 * @param excessSquares Σ (ρ - 1)²
 * @param clamped tokens whose log ρ was outside of ±20 and was clamped to it
 */
public record PolicyStats(
        long tokens,
        double loss,
        double clipped,
        double k2,
        double k3,
        double excess,
        double excessSquares,
        double clamped) {
    /** Of no tokens: the neutral element of {@link #plus}. */
    public static final PolicyStats NONE = new PolicyStats(0, 0, 0, 0, 0, 0, 0, 0);

    static PolicyStats of(long tokens, float[] sums) {
        return new PolicyStats(tokens, sums[0], sums[1], sums[2], sums[3], sums[4], sums[5], sums[7]);
    }

    /** Of both. */
    public PolicyStats plus(PolicyStats other) {
        return new PolicyStats(
                tokens + other.tokens,
                loss + other.loss,
                clipped + other.clipped,
                k2 + other.k2,
                k3 + other.k3,
                excess + other.excess,
                excessSquares + other.excessSquares,
                clamped + other.clamped);
    }

    /** {@code loss/policy_avg}: mean over tokens. */
    public double pgLoss() {
        return loss / tokens;
    }

    /** {@code policy/clipfrac_avg}: share of tokens. */
    public double clipfrac() {
        return clipped / tokens;
    }

    /** {@code policy/approxkl_avg}: KL(old ‖ new) by k2, nats a token. */
    public double approxkl() {
        return k2 / tokens;
    }

    /** The same by k3. */
    public double approxklK3() {
        return k3 / tokens;
    }

    /** {@code val/ratio}: mean of ρ over tokens; 1 at the first minibatch of the first epoch. */
    public double ratio() {
        return 1 + excess / tokens;
    }

    /** {@code val/ratio_var}: variance of ρ over tokens, with n. */
    public double ratioVar() {
        double mean = excess / tokens;
        return Math.max(0, excessSquares / tokens - mean * mean);
    }
}
