package dev.rlhf.train;

import ai.djl.ndarray.NDArray;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Scope;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * The micro-batches of one optimizer step. Each one's loss is a sum divided by the tokens of all of them, so that the gradients
 * add up to those of the undivided batch: a mean of means would give tokens of short micro-batches more weight.
 *
 * <p>Example: micro-batches of 10 and 30 tokens: both losses are sums over 40.
 *
 * @param microBatches in the order they run
 * @param tokens what losses are divided by: tokens with a loss, over all micro-batches
 * @param <B> a micro-batch
 */
public record GlobalBatch<B>(List<B> microBatches, long tokens) {
    public GlobalBatch {
        microBatches = List.copyOf(microBatches);
        if (tokens <= 0) {
            throw new IllegalArgumentException("a step without a single token to learn from");
        }
    }

    /** Counts the tokens. */
    public static <B> GlobalBatch<B> of(List<B> microBatches, ToLongFunction<B> tokens) {
        return new GlobalBatch<>(
                microBatches, microBatches.stream().mapToLong(tokens).sum());
    }

    /** The loss of a micro-batch. */
    @FunctionalInterface
    public interface Loss<B> {
        /** Sum over the micro-batch's tokens, divided by {@code tokens}; one number, recorded for autograd. */
        NDArray of(B microBatch, long tokens);
    }

    /**
     * Forward and backward of every micro-batch; what either makes is freed before the next one. Gradients are added to what
     * the parameters already have.
     *
     * @return the mean loss over all tokens
     */
    public double accumulate(Loss<B> loss) {
        double sum = 0;
        for (B microBatch : microBatches) {
            try (Scope _ = new Scope()) {
                sum += Autograd.step(() -> loss.of(microBatch, tokens));
            }
        }
        return sum;
    }
}
