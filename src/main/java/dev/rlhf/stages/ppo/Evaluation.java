package dev.rlhf.stages.ppo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.rlhf.inference.ScoreBatch;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import dev.rlhf.train.LoopClock;
import java.util.Arrays;
import java.util.List;

/**
 * What PPO's four models say about a batch of episodes: constants from here on. Rows are as long as their own episode.
 *
 * @param logp [B][T_b] log p of the response tokens under the policy that drew them, nats, at the rollout's temperature
 * @param ref [B][T_b] the same under the reference
 * @param values [B][V_b] the critic's estimate before each token is chosen; V_b is T_b, or one more where the score stands
 *     in a slot of its own ({@link dev.rlhf.rl.RewardPosition})
 * @param scores [B] the reward model's, at the last response token
 */
record Evaluation(float[][] logp, float[][] ref, float[][] values, float[] scores) {
    /**
     * Runs the four models, without gradients.
     *
     * @param valueLengths [B] V_b
     * @param microBatch episodes per forward pass
     * @param clock is told the time of the phases logprobs, values and score
     */
    static Evaluation of(
            Torch torch,
            PpoModels models,
            List<Episode> episodes,
            int[] valueLengths,
            double temperature,
            int microBatch,
            LoopClock clock) {
        int[] lengths = episodes.stream().mapToInt(e -> e.response().length).toArray();
        float[][] logp = new float[lengths.length][];
        float[][] ref = new float[lengths.length][];
        float[][] values = new float[lengths.length][];
        for (int from = 0; from < lengths.length; from += microBatch) {
            int first = from;
            int to = Math.min(lengths.length, from + microBatch);
            try (Scope _ = new Scope()) {
                EpisodeBatch batch =
                        EpisodeBatch.of(episodes.subList(first, to), Arrays.copyOfRange(valueLengths, first, to));
                clock.time("logprobs", () -> {
                    NDList policy = batch.logprobs(torch, models.policy(), temperature);
                    scatter(policy.get(0), lengths, first, to, logp);
                    NDList reference = batch.logprobs(torch, models.reference(), temperature);
                    scatter(reference.get(0), lengths, first, to, ref);
                });
                clock.time(
                        "values", () -> scatter(batch.values(torch, models.critic()), valueLengths, first, to, values));
            }
        }
        List<int[]> sequences = episodes.stream().map(Episode::sequence).toList();
        float[] scores = clock.time("score", () -> ScoreBatch.of(torch, models.reward(), sequences, microBatch));
        return new Evaluation(logp, ref, values, scores);
    }

    private static void scatter(NDArray values, int[] lengths, int from, int to, float[][] into) {
        float[] flat = values.toFloatArray();
        int at = 0;
        for (int row = from; row < to; row++) {
            into[row] = Arrays.copyOfRange(flat, at, at + lengths[row]);
            at += lengths[row];
        }
    }
}
