package dev.rlhf.stages.ppo;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.rlhf.inference.ScoreBatch;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import dev.rlhf.train.LoopClock;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Outputs of PPO's four models for a batch of episodes, all constants. Rows are as long as their own episode.
 *
 * @param lengths [B] T_b, response tokens
 * @param valueLengths [B] V_b: T_b, or one more where the score has a slot of its own ({@link
 *     dev.rlhf.rl.RewardPosition})
 * @param logp [B][T_b] log p of the response tokens under the policy that drew them, nats, at the rollout's temperature
 * @param ref [B][T_b] like {@code logp}, under the reference
 * @param values [B][V_b] the critic's estimate before each token is chosen
 * @param scores [B] the reward model's score at the last response token
 */
record Evaluation(int[] lengths, int[] valueLengths, float[][] logp, float[][] ref, float[][] values, float[] scores) {
    /**
     * Runs the four models without gradients, in batches of episodes of similar length.
     *
     * @param responseLength maximum tokens per response
     * @param clock measures the phases logprobs, values and score
     */
    static Evaluation of(
            Torch torch, PpoOptions o, PpoModels models, List<Episode> episodes, int responseLength, LoopClock clock) {
        int[] lengths = Episode.lengths(episodes);
        int[] valueLengths = o.rewards().reward_position().rewardLengths(lengths, responseLength);
        boolean packed = o.microBatches().padding_free();
        double temperature = o.rollout().temperature();
        int[] all = IntStream.range(0, lengths.length).toArray();
        float[][] logp = new float[lengths.length][];
        float[][] ref = new float[lengths.length][];
        float[][] values = new float[lengths.length][];
        for (int[] rows : o.batches().of(Episode.sequenceLengths(episodes, all))) {
            EpisodeBatch batch = EpisodeBatch.of(episodes, valueLengths, rows, packed);
            try (Scope _ = new Scope()) {
                clock.time("logprobs", () -> {
                    scatter(batch.logprobs(torch, models.policy(), temperature).get(0), lengths, rows, logp);
                    NDList reference = batch.logprobs(torch, models.reference(), temperature);
                    scatter(reference.get(0), lengths, rows, ref);
                });
                clock.time("values", () -> scatter(batch.values(torch, models.critic()), valueLengths, rows, values));
            }
        }
        List<int[]> sequences = episodes.stream().map(Episode::sequence).toList();
        int size = o.batch().per_device_train_batch_size();
        float[] scores = clock.time("score", () -> ScoreBatch.of(torch, models.reward(), sequences, size));
        return new Evaluation(lengths, valueLengths, logp, ref, values, scores);
    }

    private static void scatter(NDArray values, int[] lengths, int[] rows, float[][] into) {
        float[] flat = values.toFloatArray();
        int at = 0;
        for (int row : rows) {
            into[row] = Arrays.copyOfRange(flat, at, at + lengths[row]);
            at += lengths[row];
        }
    }
}
