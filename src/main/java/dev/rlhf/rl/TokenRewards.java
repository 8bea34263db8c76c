package dev.rlhf.rl;

/**
 * The reward of every token: r_t = -β·KL_t, plus the response's score at one position (Ouyang 2022, equation 2; Ziegler 2019).
 *
 * <p>Example: β = 0.1, KL = [0.5, -0.2, 0.3], score 2 at the end token: r = [-0.05, 0.02, 1.97].
 */
public final class TokenRewards {
    private TokenRewards() {}

    /**
     * @param kl [B, T] {@link KlEstimator#perToken}
     * @param lengths [B] response tokens, the end token included, at least 1
     * @param scores [B] after {@link MissingEos}
     * @param klCoef β
     * @return [B, T], T the width of the widest row; 0 where nothing is earned
     */
    public static float[][] of(float[][] kl, int[] lengths, float[] scores, double klCoef, RewardPosition position) {
        Masked.check(kl, lengths);
        if (scores.length != kl.length) {
            throw new IllegalArgumentException(kl.length + " rows but " + scores.length + " scores");
        }
        int width = 0;
        for (float[] row : kl) {
            width = Math.max(width, row.length);
        }
        float[][] rewards = new float[kl.length][width];
        for (int b = 0; b < kl.length; b++) {
            if (lengths[b] == 0) {
                throw new IllegalArgumentException("row " + b + " has no token that its score could stand at");
            }
            for (int t = 0; t < lengths[b]; t++) {
                rewards[b][t] = (float) (-klCoef * kl[b][t]);
            }
            rewards[b][position.index(lengths[b], width)] += scores[b];
        }
        return rewards;
    }
}
