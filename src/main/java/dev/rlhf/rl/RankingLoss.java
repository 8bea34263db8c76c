package dev.rlhf.rl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDArrays;
import ai.djl.ndarray.NDList;
import dev.rlhf.tensor.Torch;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Losses of the reward model: -log σ(r_w - r_l) of every pair (Bradley and Terry 1952; Ouyang 2022, equation 1), optionally
 * with a pull of rewards towards 0, c·(r_w + r_l)² (Eisenstein 2023), which leaves their order alone. Stable for gaps of any
 * size. Divided by a count the caller gives, so that micro-batches add up to their batch.
 */
public final class RankingLoss {
    private RankingLoss() {}

    /** A loss to run backward from, and its figures. The loss is one number, still on the device. */
    public record Result(NDArray loss, RankingStats stats) {}

    /**
     * The K-way loss: mean over a prompt's pairs, then mean over prompts. All completions of a prompt are in one call, because
     * its pairs share their forward passes and would be overfitted otherwise (Ouyang 2022, section 3.5).
     *
     * @param rewards [N], with gradients
     * @param pairs rows of {@code rewards}; without a pair the loss is 0
     * @param stepPrompts prompts with a pair in the whole optimizer step
     * @param centre c, 0.01 in TRL's advice; 0: off
     */
    public static Result kWay(Torch torch, NDArray rewards, RankedPairs pairs, long stepPrompts, double centre) {
        if (pairs.size() == 0) {
            return new Result(torch.kernels().call("times", rewards.sum(), 0.0), RankingStats.NONE);
        }
        int n = pairs.size();
        return run(
                torch,
                rewards,
                torch.longs(pairs.winners(), n),
                torch.longs(pairs.losers(), n),
                List.of(),
                torch.floats(pairs.weights(), n),
                centre,
                pairs.prompts(),
                stepPrompts);
    }

    /**
     * The loss of independent pairs, as TRL's RewardTrainer: mean of -log σ(chosen - rejected - margin).
     *
     * @param chosen [N], with gradients
     * @param rejected [N], with gradients
     * @param margin [N] by how much chosen should win (Touvron 2023, Llama 2); null: none
     * @param stepPairs pairs in the whole optimizer step
     * @param centre as above
     */
    public static Result pairwise(
            Torch torch, NDArray chosen, NDArray rejected, @Nullable NDArray margin, long stepPairs, double centre) {
        int n = Math.toIntExact(chosen.size());
        long[] first = new long[n];
        Arrays.setAll(first, i -> i);
        long[] second = new long[n];
        Arrays.setAll(second, i -> (long) n + i);
        float[] weights = new float[n];
        Arrays.fill(weights, 1);
        return run(
                torch,
                NDArrays.concat(new NDList(chosen, rejected)),
                torch.longs(first, n),
                torch.longs(second, n),
                margin == null ? List.of() : List.of(margin),
                torch.floats(weights, n),
                centre,
                n,
                stepPairs);
    }

    private static Result run(
            Torch torch,
            NDArray rewards,
            NDArray winners,
            NDArray losers,
            List<NDArray> margin,
            NDArray weights,
            double centre,
            long prompts,
            long normaliser) {
        NDList out = torch.kernels()
                .callAll("ranking_loss", rewards, winners, losers, margin, weights, centre, (double) normaliser);
        float[] sums = out.get(1).toFloatArray();
        return new Result(out.get(0), new RankingStats(prompts, winners.size(), sums[0], sums[1], sums[2]));
    }
}
