package dev.rlhf.rl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.rlhf.tensor.Torch;

/**
 * The loss of the reward model: -log σ(r_w - r_l) of every pair (Bradley and Terry 1952; Ouyang 2022, equation 1),
 * optionally with a term c·(r_w + r_l)² that pulls rewards towards 0 without affecting their order (Eisenstein 2023).
 * Numerically stable for differences of any size. Divided by a count given by the caller, so that micro-batches add up
 * to their batch.
 */
public final class RankingLoss {
    private RankingLoss() {}

    /** A loss to run backward from, and its metrics. The loss is one number, still on the device. */
    public record Result(NDArray loss, RankingStats stats) {}

    /**
     * Returns the K-way loss: -log σ(r_w - r_l - margin), mean over the pairs of a prompt, then mean over prompts. All
     * completions of a prompt are in one call: their pairs share forward passes and would be overfitted otherwise
     * (Ouyang 2022, section 3.5). With one pair per prompt it is the loss of TRL's RewardTrainer, margins (Touvron
     * 2023, Llama 2) included.
     *
     * @param rewards [N], with gradients
     * @param pairs rows of {@code rewards}; without a pair the loss is 0
     * @param stepPrompts prompts with a pair in the whole optimizer step
     * @param centre c; TRL recommends 0.01; 0: off
     */
    public static Result kWay(Torch torch, NDArray rewards, RankedPairs pairs, long stepPrompts, double centre) {
        int n = pairs.size();
        NDList out = torch.kernels()
                .callAll(
                        "ranking_loss",
                        rewards,
                        torch.longs(pairs.winners(), n),
                        torch.longs(pairs.losers(), n),
                        torch.floats(pairs.margins(), n),
                        torch.floats(pairs.weights(), n),
                        centre,
                        (double) stepPrompts);
        float[] sums = out.get(1).toFloatArray();
        return new Result(out.get(0), new RankingStats(pairs.prompts(), n, sums[0], sums[1], sums[2]));
    }
}
