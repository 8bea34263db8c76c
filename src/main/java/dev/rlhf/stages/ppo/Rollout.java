package dev.rlhf.stages.ppo;

import dev.rlhf.rl.Gae;
import dev.rlhf.rl.Masked;
import java.util.Arrays;
import java.util.List;

/**
 * A batch of episodes with all constants of the clipped steps. Rows are as long as their own episode: T_b response
 * tokens, V_b values and rewards.
 *
 * @param scores [B] scores of the reward model, after the missing-EOS rule
 * @param kl [B][T_b] k1 per token, nats
 * @param rewards [B][V_b] rewards per token
 * @param gae [B][V_b] returns, and advantages before whitening
 * @param advantages [B][V_b] advantages of the policy loss, T_b of them
 */
record Rollout(
        List<Episode> episodes,
        Evaluation evaluation,
        float[] scores,
        float[][] kl,
        float[][] rewards,
        Gae gae,
        float[][] advantages) {
    /**
     * Some rows of a rollout as a batch, with their constants end to end.
     *
     * @param logp [N] log-probabilities under the policy that drew the tokens
     * @param advantages [N]
     * @param values [M] values before the update
     * @param returns [M]
     */
    record Rows(EpisodeBatch batch, float[] logp, float[] advantages, float[] values, float[] returns) {}

    Rows select(int[] rows) {
        return new Rows(
                EpisodeBatch.of(
                        Arrays.stream(rows).mapToObj(episodes::get).toList(),
                        Arrays.stream(rows).map(row -> valueLengths()[row]).toArray()),
                Masked.flat(evaluation.logp(), lengths(), rows),
                Masked.flat(advantages, lengths(), rows),
                Masked.flat(evaluation.values(), valueLengths(), rows),
                Masked.flat(gae.returns(), valueLengths(), rows));
    }

    /** Returns T_b, [B]. */
    int[] lengths() {
        return evaluation.lengths();
    }

    /** Returns V_b, [B]: T_b, or one more ({@link dev.rlhf.rl.RewardPosition}). */
    int[] valueLengths() {
        return evaluation.valueLengths();
    }
}
