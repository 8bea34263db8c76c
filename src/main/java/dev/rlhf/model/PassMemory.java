package dev.rlhf.model;

import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;

/**
 * Estimated bytes of a recorded forward pass and its backward, beside weights and gradients.
 *
 * @param activations what backward needs of all layers, with gradient checkpointing each layer's input and one layer's
 *     own; and the compute dtype's copies of weights that are trained
 * @param logits a chunk of the vocabulary's logits and what is computed from them, and the gradient of their matrix
 */
public record PassMemory(long activations, long logits) {
    /** A pass that does not take place. */
    public static final PassMemory NONE = new PassMemory(0, 0);

    /**
     * Tensors of the size of a chunk's fp32 logits: logits, log-softmax, two of the entropy, the loss's log-softmax and
     * two gradients. Not all exist at once, but the C library's heap does not close its gaps; measured: 7.2.
     */
    private static final int LOGIT_TENSORS = 7;

    /** Memory in the heap of the C library per byte of activations; measured with 30M parameters: 1.3. */
    private static final double FRAGMENTED = 1.3;

    /**
     * Estimates the pass of a model in training.
     *
     * @param rows B
     * @param width T, with padding
     * @param labels tokens whose logits are computed; 0: a scalar head
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
        long kept = checkpointing
                ? config.layers() * states + layer + casts / config.layers()
                : config.layers() * layer + casts;
        long last = tokens * config.hiddenSize() * 2L * Float.BYTES + labels * config.hiddenSize() * 2 * bytes;
        return new PassMemory(heap(torch, kept + last), logits(torch, config, parameters, labels, true));
    }

    /** Estimates a pass without gradients. */
    public static PassMemory unrecorded(
            Torch torch, ModelConfig config, Parameters parameters, long rows, long width, long labels) {
        long layer = rows * width * config.layerActivations(parameters.compute(), width, false);
        return new PassMemory(heap(torch, layer), logits(torch, config, parameters, labels, false));
    }

    private static long heap(Torch torch, long bytes) {
        return torch.onGpu() ? bytes : (long) (FRAGMENTED * bytes);
    }

    private static long logits(Torch torch, ModelConfig config, Parameters parameters, long labels, boolean recorded) {
        // the gradient of the embedding, before it is added up
        long table = (long) config.vocabSize() * config.hiddenSize() * Float.BYTES;
        long gradient = recorded && parameters.trainable() ? table : 0;
        if (labels == 0) {
            return gradient;
        }
        long chunk = LogitChunk.of(torch, config.vocabSize(), (int) Math.min(labels, Integer.MAX_VALUE))
                .getFirst()
                .to();
        long each = Float.BYTES * LOGIT_TENSORS + (parameters.compute() == Dtype.FLOAT32 ? 0 : 2L * Short.BYTES);
        return chunk * config.vocabSize() * each + gradient;
    }

    /** Returns the larger one. */
    public PassMemory max(PassMemory other) {
        return total() >= other.total() ? this : other;
    }

    public long total() {
        return activations + logits;
    }
}
