package dev.rlhf.rl;

/**
 * The reward of every token: r_t = -β·KL_t, plus the response's score at one position (Ouyang 2022, equation 2; Ziegler
 * 2019).
 *
 * <p>Example: β = 0.1, KL = [0.5, -0.2, 0.3], score 2 at the end token: r = [-0.05, 0.02, 1.97]; at the slot after it:
 * r = [-0.05, 0.02, -0.03, 2].
 */
public final class TokenRewards {
    private TokenRewards() {}

    /**
     * @param kl [B, T] {@link KlEstimator#perToken}; rows may differ in width
     * @param lengths [B] response tokens, the end token included, at least 1
     * @param rewardLengths [B] {@link RewardPosition#rewardLengths}; the score goes to column
     * {@code rewardLengths[b] - 1}
     * @param scores [B] after {@link MissingEos}
     * @param klCoef β
     * @return [B, T'], a row as wide as its {@code kl}, or one wider where the score comes after it; 0 past the end of
     * a row
     */
    public static float[][] of(float[][] kl, int[] lengths, int[] rewardLengths, float[] scores, double klCoef) {
        Masked.check(kl, lengths);
        if (scores.length != kl.length || rewardLengths.length != kl.length) {
            throw new IllegalArgumentException(kl.length + " rows but " + scores.length + " scores and "
                    + rewardLengths.length + " reward lengths");
        }
        float[][] rewards = new float[kl.length][];
        for (int b = 0; b < kl.length; b++) {
            if (lengths[b] == 0) {
                throw new IllegalArgumentException("row " + b + " has no token to carry its score");
            }
            if (rewardLengths[b] < lengths[b] || rewardLengths[b] > lengths[b] + 1) {
                throw new IllegalArgumentException(
                        "row " + b + ": reward length " + rewardLengths[b] + " of " + lengths[b] + " tokens");
            }
            rewards[b] = new float[Math.max(kl[b].length, rewardLengths[b])];
            for (int t = 0; t < lengths[b]; t++) {
                rewards[b][t] = (float) (-klCoef * kl[b][t]);
            }
            rewards[b][rewardLengths[b] - 1] += scores[b];
        }
        return rewards;
    }
}
