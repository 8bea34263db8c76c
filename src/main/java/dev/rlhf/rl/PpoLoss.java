package dev.rlhf.rl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.rlhf.tensor.Torch;

/**
 * PPO's two clipped losses (Schulman 2017, equation 7; the value clipping of OpenAI's baselines), as sums over real
 * tokens divided by a count given by the caller: the real tokens of the whole minibatch. The losses and gradients of
 * its micro-batches therefore add up to those of the whole minibatch.
 *
 * <p>Tensors are [N], real tokens only ({@link Masked#flat}).
 */
public final class PpoLoss {
    private PpoLoss() {}

    /** A loss to run backward from, and its metrics. The loss is one number, still on the device. */
    public record Policy(NDArray loss, PolicyStats stats) {}

    /** See {@link Policy}. */
    public record Value(NDArray loss, ValueStats stats) {}

    /**
     * Σ max(-Aρ, -A·clip(ρ, 1-ε, 1+ε)) / minibatchTokens with ρ = exp(clip(logp - oldLogp, ±20)). The inner clip keeps
     * exp finite, as in verl: within ±20 it changes neither loss nor gradient; beyond, there is no gradient, and
     * {@link PolicyStats#clamped} counts those tokens.
     *
     * <p>Example: ρ = 1.5, A = 2, ε = 0.2: max(-3, -2.4) = -2.4, clipped, no gradient; with A = -2: max(3, 2.4) = 3.
     *
     * @param logp of the drawn tokens under the policy in training, with gradients
     * @param entropy of its distributions at these tokens, nats; for the metrics only
     * @param oldLogp the same as {@code logp} under the policy that drew them, constants
     * @param advantages whitened or not, constants
     * @param cliprange ε
     * @param minibatchTokens real tokens in the whole minibatch
     */
    public static Policy policy(
            Torch torch,
            NDArray logp,
            NDArray entropy,
            NDArray oldLogp,
            NDArray advantages,
            double cliprange,
            long minibatchTokens) {
        NDList out = torch.kernels()
                .callAll("ppo_policy_loss", logp, oldLogp, advantages, cliprange, (double) minibatchTokens);
        float[] sums = out.get(1).toFloatArray();
        return new Policy(
                out.get(0), PolicyStats.of(logp.size(), sums, entropy.sum().getFloat()));
    }

    /**
     * ½ Σ max((v - R)², (clip(v, v_old - ε, v_old + ε) - R)²) / minibatchTokens.
     *
     * @param values the critic's, with gradients
     * @param oldValues the critic's before the update, constants
     * @param returns {@link Gae#returns}, constants
     * @param cliprangeValue ε; infinite: no clipping
     * @param minibatchTokens values in the whole minibatch
     */
    public static Value value(
            Torch torch,
            NDArray values,
            NDArray oldValues,
            NDArray returns,
            double cliprangeValue,
            long minibatchTokens) {
        NDList out = torch.kernels()
                .callAll("ppo_value_loss", values, oldValues, returns, cliprangeValue, (double) minibatchTokens);
        float[] sums = out.get(1).toFloatArray();
        return new Value(out.get(0), new ValueStats(values.size(), sums[0], sums[1]));
    }
}
