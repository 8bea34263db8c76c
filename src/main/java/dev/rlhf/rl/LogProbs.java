package dev.rlhf.rl;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.rlhf.tensor.Torch;

/**
 * Log-probabilities of chosen tokens and entropy of their distributions, from logits / temperature, log-softmax in fp32.
 * Policy, reference and update must all use the temperature the rollout was sampled at, or the ratio does not start at 1.
 *
 * @param logprobs [...], log p(token) in nats; differentiable
 * @param entropy [...], in nats; a constant to autograd (see {@link #entropy} for one that is not)
 */
public record LogProbs(NDArray logprobs, NDArray entropy) {
    /**
     * @param logits [..., V] fp32
     * @param tokens [...] int64
     */
    public static LogProbs of(Torch torch, NDArray logits, NDArray tokens, double temperature) {
        NDList both = torch.kernels().callAll("logprobs_of", logits, tokens, temperature);
        return new LogProbs(both.get(0), both.get(1));
    }

    /** Entropy [...] of softmax(logits / temperature) with gradients, for an entropy bonus. */
    public static NDArray entropy(Torch torch, NDArray logits, double temperature) {
        return torch.kernels().call("entropy_of", logits, temperature);
    }
}
