package dev.rlhf.rl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.rlhf.tensor.Torch;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * PPO's two clipped losses (Schulman 2017, equation 7; the value clipping of OpenAI's baselines), as sums over real tokens
 * divided by a count that the caller gives: the real tokens of the whole minibatch. So a minibatch cut into micro-batches
 * whose losses add up has the loss and the gradients of the uncut one.
 *
 * <p>Tensors are [B, T] with a mask, or [N] real tokens and no mask. What the mask excludes is never computed with: neither
 * garbage nor NaN there reaches loss, gradients or figures.
 */
public final class PpoLoss {
    private PpoLoss() {}

    /** A loss to run backward from, and its figures. The loss is one number, still on the device. */
    public record Policy(NDArray loss, PolicyStats stats) {}

    /** See {@link Policy}. */
    public record Value(NDArray loss, ValueStats stats) {}

    /**
     * Σ max(-Aρ, -A·clip(ρ, 1-ε, 1+ε)) / minibatchTokens with ρ = exp(clip(logp - oldLogp, ±20)). The inner clip keeps exp
     * finite, as verl does: within ±20 it changes neither loss nor gradient, beyond there is no gradient, and
     * {@link PolicyStats#clamped} counts those tokens.
     *
     * <p>Example: ρ = 1.5, A = 2, ε = 0.2: max(-3, -2.4) = -2.4, clipped, no gradient; with A = -2: max(3, 2.4) = 3.
     *
     * @param logp of the drawn tokens under the policy that learns, with gradients
     * @param oldLogp the same under the policy that drew them, a constant
     * @param advantages whitened or not, constants
     * @param mask bool or int64, true at real tokens; null: all are
     * @param cliprange ε
     * @param minibatchTokens real tokens that the loss is the mean over
     */
    public static Policy policy(
            Torch torch,
            NDArray logp,
            NDArray oldLogp,
            NDArray advantages,
            @Nullable NDArray mask,
            double cliprange,
            long minibatchTokens) {
        NDList out = torch.kernels()
                .callAll("ppo_policy_loss", logp, oldLogp, advantages, listOf(mask), cliprange, (double)
                        minibatchTokens);
        float[] sums = out.get(1).toFloatArray();
        return new Policy(out.get(0), PolicyStats.of((long) sums[6], sums));
    }

    /**
     * ½ Σ max((v - R)², (clip(v, v_old - ε, v_old + ε) - R)²) / minibatchTokens.
     *
     * @param values the critic's, with gradients
     * @param oldValues what it said when the rollout was scored, constants
     * @param returns {@link Gae#returns}, constants
     * @param mask as above
     * @param cliprangeValue ε; infinite: no clipping
     * @param minibatchTokens as above
     */
    public static Value value(
            Torch torch,
            NDArray values,
            NDArray oldValues,
            NDArray returns,
            @Nullable NDArray mask,
            double cliprangeValue,
            long minibatchTokens) {
        NDList out = torch.kernels()
                .callAll("ppo_value_loss", values, oldValues, returns, listOf(mask), cliprangeValue, (double)
                        minibatchTokens);
        float[] sums = out.get(1).toFloatArray();
        return new Value(out.get(0), new ValueStats((long) sums[2], sums[0], sums[1]));
    }

    private static List<NDArray> listOf(@Nullable NDArray mask) {
        return mask == null ? List.of() : List.of(mask);
    }
}
