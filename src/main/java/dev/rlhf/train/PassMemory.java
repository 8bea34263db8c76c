package dev.rlhf.train;

import dev.rlhf.model.LogitChunk;
import dev.rlhf.model.ModelConfig;
import dev.rlhf.model.Parameters;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;

/**
 * The estimated bytes of a forward pass, with its backward pass if it is recorded, in addition to weights and
 * gradients.
 *
 * @param activations activations that backward needs (with gradient checkpointing the input of every layer and all of
 *     one layer), copies of trained weights in the compute dtype, and quantised weights while they are dequantised
 * @param logits a chunk of the logits, the tensors computed from it, and the gradient of the vocabulary matrix
 */
public record PassMemory(long activations, long logits) {
    /** No pass. */
    public static final PassMemory NONE = new PassMemory(0, 0);

    /** Number of tensors of the size of a chunk's fp32 logits that exist at once. */
    private static final int LOGIT_TENSORS = 4;

    /**
     * Growth of the C library's heap if the sizes of activations differ from step to step, so that they do not fit
     * into the gaps of earlier ones; for PPO.
     */
    private static final double VARYING = 1.25;

    /** Bytes per weight of the temporary tensors that a quantised weight is dequantised with. */
    private static final long DEQUANTIZING = 8;

    /**
     * Estimates a forward and backward pass.
     *
     * @param rows B
     * @param width T, with padding
     * @param labels number of tokens whose logits are computed; 0: a scalar head
     * @param dropout whether the config's dropout is applied
     * @param adapterDropout whether that of the adapters is
     */
    public static PassMemory recorded(
            Torch torch,
            ModelConfig config,
            Parameters parameters,
            boolean checkpointing,
            long rows,
            long width,
            long labels,
            boolean dropout,
            boolean adapterDropout) {
        long tokens = rows * width;
        long bytes = parameters.compute().bytes();
        long layer = tokens
                * (config.layerActivations(parameters.compute(), width, dropout)
                        + (adapterDropout ? parameters.adapterDropoutActivations() / config.layers() : 0));
        long states = tokens * config.hiddenSize() * bytes;
        long casts = parameters.compute() == Dtype.FLOAT32 ? 0 : bytes * parameters.trainedCount();
        long kept = checkpointing || parameters.quantized()
                ? config.layers() * states
                        + layer
                        + (casts + bytes * parameters.sizes().quantized()) / config.layers()
                : config.layers() * layer + casts;
        long last = tokens * config.hiddenSize() * 2L * Float.BYTES + labels * config.hiddenSize() * 2 * bytes;
        return new PassMemory(kept + last + dequantizing(parameters), logits(torch, config, parameters, labels, true));
    }

    /** Estimates a forward pass without gradients; parameters as in {@link #recorded}. */
    public static PassMemory unrecorded(
            Torch torch, ModelConfig config, Parameters parameters, long rows, long width, long labels) {
        long layer = rows * width * config.layerActivations(parameters.compute(), width, false);
        return new PassMemory(layer + dequantizing(parameters), logits(torch, config, parameters, labels, false));
    }

    private static long dequantizing(Parameters parameters) {
        return DEQUANTIZING * parameters.sizes().largestQuantized();
    }

    private static long logits(Torch torch, ModelConfig config, Parameters parameters, long labels, boolean recorded) {
        long table = (long) config.vocabSize() * config.hiddenSize();
        // the gradient of the embedding, before it is accumulated
        long gradient = recorded && parameters.trainable() ? Float.BYTES * table : 0;
        if (labels == 0) {
            return gradient;
        }
        // oneDNN's copy of the frozen vocabulary matrix, in its own layout
        long copy = torch.onGpu() || parameters.trainable()
                ? 0
                : parameters.compute().bytes() * table;
        long chunk = LogitChunk.of(torch, config.vocabSize(), (int) Math.min(labels, Integer.MAX_VALUE))
                .getFirst()
                .to();
        long each = (long) Float.BYTES * LOGIT_TENSORS + (parameters.compute() == Dtype.FLOAT32 ? 0 : 2L * Short.BYTES);
        return chunk * config.vocabSize() * each + gradient + copy;
    }

    /** Returns the estimate for a CPU if the number of tokens differs from step to step. */
    PassMemory ofVaryingSize() {
        return new PassMemory((long) (VARYING * activations), logits);
    }

    /** Returns the one with the larger {@link #total}. */
    public PassMemory max(PassMemory other) {
        return total() >= other.total() ? this : other;
    }

    public long total() {
        return activations + logits;
    }
}
