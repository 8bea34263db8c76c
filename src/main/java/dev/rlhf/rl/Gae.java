package dev.rlhf.rl;

/**
 * Generalised advantage estimates (Schulman 2016, equation 16) of a finished rollout. Backwards from the last token:
 *
 * <pre>
 * δ_t = r_t + γ V_{t+1} - V_t        V past the end is 0
 * A_t = δ_t + γλ A_{t+1}
 * R_t = A_t + V_t                    target of the critic; before any whitening of A
 * </pre>
 *
 * <p>Example, γ = 1, λ = 0.5: r = [0, 0, 1], V = [0.5, 0.5, 0.5]: δ = [0, 0, 0.5], A = [0.125, 0.25, 0.5].
 *
 * @param advantages [B, T], 0 past the end of a row
 * @param returns [B, T], 0 past the end of a row
 */
@SuppressWarnings("ArrayRecordComponent") // never compared
public record Gae(float[][] advantages, float[][] returns) {
    /**
     * @param rewards [B, T] {@link TokenRewards}
     * @param values [B, T] the critic's estimate before each token is chosen
     * @param lengths [B] slots that count ({@link RewardPosition#rewardLengths})
     * @param gamma γ, discount per token
     * @param lambda λ, 0: one-step, high bias; 1: Monte Carlo, high variance
     */
    public static Gae of(float[][] rewards, float[][] values, int[] lengths, double gamma, double lambda) {
        Masked.check(rewards, lengths);
        Masked.check(values, lengths);
        float[][] advantages = new float[values.length][];
        float[][] returns = new float[values.length][];
        for (int b = 0; b < values.length; b++) {
            advantages[b] = new float[values[b].length];
            returns[b] = new float[values[b].length];
            double next = 0;
            double nextValue = 0;
            for (int t = lengths[b] - 1; t >= 0; t--) {
                double delta = rewards[b][t] + gamma * nextValue - values[b][t];
                next = delta + gamma * lambda * next;
                nextValue = values[b][t];
                advantages[b][t] = (float) next;
                returns[b][t] = (float) (next + nextValue);
            }
        }
        return new Gae(advantages, returns);
    }
}
