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

    /**
     * Number of tensors of the size of a chunk's fp32 logits: logits, log-softmax, two for the entropy, the loss's
     * log-softmax and two gradients. With the launcher's settings the C library's heap does not reuse the gaps: PPO's
     * first step of several chunks takes 7.3 times a chunk.
     */
    private static final int LOGIT_TENSORS_ON_CPU = 7;

    /** As many of them as exist at once: libtorch's allocator on a GPU reuses memory. */
    private static final int LOGIT_TENSORS_ON_GPU = 4;

    /** Bytes in the C library's heap per byte of activations; measured with 30M parameters: 1.3. */
    private static final double FRAGMENTED = 1.3;

    /**
     * Growth of the C library's heap if the sizes of activations differ from step to step, so that they do not fit
     * into the gaps of earlier ones. Measured with 135M parameters in bfloat16: 1.0 in reward, 1.4 in SFT, 1.6 to 1.8
     * in PPO; in PPO with padded rows and 28M parameters in float32: 1.65. With this value, the whole plans are within
     * 15 % of the peak.
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
     */
    public static PassMemory recorded(
            Torch torch,
            ModelConfig config,
            Parameters parameters,
            boolean checkpointing,
            long rows,
            long width,
            long labels,
            boolean dropout) {
        long tokens = rows * width;
        long bytes = parameters.compute().bytes();
        long layer = tokens * config.layerActivations(parameters.compute(), width, dropout);
        long states = tokens * config.hiddenSize() * bytes;
        long casts = parameters.compute() == Dtype.FLOAT32 ? 0 : bytes * parameters.trainedCount();
        long kept = checkpointing || parameters.quantized()
                ? config.layers() * states
                        + layer
                        + (casts + bytes * parameters.sizes().quantized()) / config.layers()
                : config.layers() * layer + casts;
        long last = tokens * config.hiddenSize() * 2L * Float.BYTES + labels * config.hiddenSize() * 2 * bytes;
        return new PassMemory(
                heap(torch, kept + last + dequantizing(parameters)), logits(torch, config, parameters, labels, true));
    }

    /** Estimates a forward pass without gradients; parameters as in {@link #recorded}. */
    public static PassMemory unrecorded(
            Torch torch, ModelConfig config, Parameters parameters, long rows, long width, long labels) {
        long layer = rows * width * config.layerActivations(parameters.compute(), width, false);
        return new PassMemory(
                heap(torch, layer + dequantizing(parameters)), logits(torch, config, parameters, labels, false));
    }

    private static long dequantizing(Parameters parameters) {
        return DEQUANTIZING * parameters.sizes().largestQuantized();
    }

    private static long heap(Torch torch, long bytes) {
        return torch.onGpu() ? bytes : (long) (FRAGMENTED * bytes);
    }

    private static long logits(Torch torch, ModelConfig config, Parameters parameters, long labels, boolean recorded) {
        // the gradient of the embedding, before it is accumulated
        long table = (long) config.vocabSize() * config.hiddenSize() * Float.BYTES;
        long gradient = recorded && parameters.trainable() ? table : 0;
        if (labels == 0) {
            return gradient;
        }
        long chunk = LogitChunk.of(torch, config.vocabSize(), (int) Math.min(labels, Integer.MAX_VALUE))
                .getFirst()
                .to();
        long tensors = torch.onGpu() ? LOGIT_TENSORS_ON_GPU : LOGIT_TENSORS_ON_CPU;
        long each = Float.BYTES * tensors + (parameters.compute() == Dtype.FLOAT32 ? 0 : 2L * Short.BYTES);
        return chunk * config.vocabSize() * each + gradient;
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
