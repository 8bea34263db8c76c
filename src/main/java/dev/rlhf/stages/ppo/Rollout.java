package dev.rlhf.stages.ppo;

import dev.rlhf.rl.Gae;
import java.util.List;

/**
 * A batch of episodes with everything that the clipped steps need: constants from here on. Rows are as long as their own
 * episode: T_b response tokens, V_b values and rewards.
 *
 * @param lengths [B] T_b
 * @param valueLengths [B] V_b: T_b, or one more ({@link dev.rlhf.rl.RewardPosition})
 * @param scores [B] the reward model's, after the missing-EOS rule
 * @param kl [B][T_b] k1 per token, nats
 * @param rewards [B][V_b] per token
 * @param gae [B][V_b] advantages before whitening, and returns
 * @param advantages [B][V_b] what the policy loss uses, T_b of them
 */
record Rollout(
        List<Episode> episodes,
        int[] lengths,
        int[] valueLengths,
        Evaluation evaluation,
        float[] scores,
        float[][] kl,
        float[][] rewards,
        Gae gae,
        float[][] advantages) {

    /** Some rows of {@code values}, the first {@code lengths[row]} entries of each, end to end: beside an {@link EpisodeBatch}'s. */
    static float[] flat(float[][] values, int[] lengths, List<Integer> rows) {
        float[] flat = new float[rows.stream().mapToInt(row -> lengths[row]).sum()];
        int at = 0;
        for (int row : rows) {
            System.arraycopy(values[row], 0, flat, at, lengths[row]);
            at += lengths[row];
        }
        return flat;
    }

    /** The given rows as one batch of token ids. */
    EpisodeBatch batch(List<Integer> rows) {
        return EpisodeBatch.of(
                rows.stream().map(episodes::get).toList(),
                rows.stream().mapToInt(row -> valueLengths[row]).toArray());
    }

    /** The sum of {@code lengths} over some rows. */
    static long count(int[] lengths, List<Integer> rows) {
        return rows.stream().mapToLong(row -> lengths[row]).sum();
    }
}
