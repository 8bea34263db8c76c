package dev.rlhf.stage;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.rl.Gae;
import dev.rlhf.rl.KlEstimator;
import dev.rlhf.rl.TokenRewards;
import dev.rlhf.rl.Whitening;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import dev.rlhf.train.LoopClock;
import java.util.ArrayList;
import java.util.List;

/**
 * A scored batch of episodes: all that an update needs, constants from here on. Arrays are [B][T] with T a row's own response
 * length; scores are [B].
 *
 * @param lengths response tokens of each episode
 * @param logp of the response tokens under the policy that drew them
 * @param ref the same under the reference
 * @param entropy of the policy's distribution at each of them, nats
 * @param values the critic's
 * @param rawScores the reward model's, at the last response token
 * @param scores after the missing-EOS rule
 * @param kl k1 a token
 * @param rewards a token
 * @param rawAdvantages GAE, before whitening
 * @param returns rawAdvantages + values
 * @param advantages what the policy loss uses
 */
record Rollout(
        List<Episode> episodes,
        int[] lengths,
        float[][] logp,
        float[][] ref,
        float[][] entropy,
        float[][] values,
        float[] rawScores,
        float[] scores,
        float[][] kl,
        float[][] rewards,
        float[][] rawAdvantages,
        float[][] returns,
        float[][] advantages) {

    /** The four models of PPO; policy and critic learn, the others are frozen. */
    record Models(CausalLm policy, CausalLm reference, ScalarModel critic, ScalarModel reward) {}

    /**
     * Scores episodes with all four models, in micro-batches, and works out advantages.
     *
     * @param clock is told the time of the phases logprobs, values and score
     */
    static Rollout score(
            Torch torch, Models models, List<Episode> episodes, PpoSettings s, double klCoef, LoopClock clock) {
        int[] lengths = episodes.stream().mapToInt(e -> e.response().length).toArray();
        float[][] logp = new float[episodes.size()][];
        float[][] ref = new float[episodes.size()][];
        float[][] entropy = new float[episodes.size()][];
        float[][] values = new float[episodes.size()][];
        for (int from = 0; from < episodes.size(); from += s.microBatch()) {
            List<Episode> micro = episodes.subList(from, Math.min(episodes.size(), from + s.microBatch()));
            int first = from;
            try (Scope _ = new Scope()) {
                EpisodeBatch batch = EpisodeBatch.of(micro);
                clock.time("logprobs", () -> {
                    NDList policy = batch.logprobs(torch, models.policy(), s.temperature());
                    scatter(policy.get(0), lengths, first, micro.size(), logp);
                    scatter(policy.get(1), lengths, first, micro.size(), entropy);
                    NDList reference = batch.logprobs(torch, models.reference(), s.temperature());
                    scatter(reference.get(0), lengths, first, micro.size(), ref);
                });
                clock.time(
                        "values",
                        () -> scatter(batch.values(torch, models.critic()), lengths, first, micro.size(), values));
            }
        }
        List<int[]> sequences = episodes.stream().map(Episode::sequence).toList();
        float[] rawScores = clock.time("score", () -> ScoreBatch.of(torch, models.reward(), sequences, s.microBatch()));
        boolean[] ended = new boolean[episodes.size()];
        for (int b = 0; b < ended.length; b++) {
            ended[b] = episodes.get(b).ended();
        }
        float[] scores = s.missingEos().apply(rawScores, ended);
        float[][] kl = KlEstimator.K1.perToken(logp, ref, lengths);
        return advantages(episodes, lengths, logp, ref, entropy, values, rawScores, scores, kl, s, klCoef);
    }

    private static Rollout advantages(
            List<Episode> episodes,
            int[] lengths,
            float[][] logp,
            float[][] ref,
            float[][] entropy,
            float[][] values,
            float[] rawScores,
            float[] scores,
            float[][] kl,
            PpoSettings s,
            double klCoef) {
        float[][] rewards = TokenRewards.of(kl, lengths, scores, klCoef, s.rewardPosition());
        if (s.whitenRewards()) {
            rewards = Whitening.UNBIASED.scale(rewards, s.rewardPosition().rewardLengths(lengths, width(rewards)));
        }
        Gae gae = Gae.of(rewards, values, lengths, s.gamma(), s.lambda());
        float[][] advantages =
                s.whitenAdvantages() ? Whitening.UNBIASED.whiten(gae.advantages(), lengths) : gae.advantages();
        return new Rollout(
                List.copyOf(episodes),
                lengths,
                logp,
                ref,
                entropy,
                values,
                rawScores,
                scores,
                kl,
                rewards,
                gae.advantages(),
                gae.returns(),
                advantages);
    }

    private static int width(float[][] rows) {
        int width = 0;
        for (float[] row : rows) {
            width = Math.max(width, row.length);
        }
        return width;
    }

    private static void scatter(NDArray values, int[] lengths, int from, int rows, float[][] into) {
        float[] flat = values.toFloatArray();
        int at = 0;
        for (int row = from; row < from + rows; row++) {
            into[row] = java.util.Arrays.copyOfRange(flat, at, at + lengths[row]);
            at += lengths[row];
        }
    }

    /** The real entries of the given rows of {@code values}, end to end: what stands beside an {@link EpisodeBatch}'s tokens. */
    float[] flat(float[][] values, List<Integer> rows) {
        List<float[]> parts = new ArrayList<>();
        int count = 0;
        for (int row : rows) {
            parts.add(java.util.Arrays.copyOf(values[row], lengths[row]));
            count += lengths[row];
        }
        float[] flat = new float[count];
        int at = 0;
        for (float[] part : parts) {
            System.arraycopy(part, 0, flat, at, part.length);
            at += part.length;
        }
        return flat;
    }
}
