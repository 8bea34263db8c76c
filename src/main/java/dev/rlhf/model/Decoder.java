package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Kernels;
import java.util.List;

/**
 * The body of a model, from token ids to hidden states. Its tensors belong to the {@link Parameters} it was made with.
 */
abstract class Decoder {
    final Parameters parameters;

    private boolean checkpointing;

    Decoder(Parameters parameters) {
        this.parameters = parameters;
    }

    /**
     * Returns the hidden states after the last norm, [B, T, D] in the compute dtype.
     *
     * @param dropout whether to apply the config's dropout (supervised training only)
     */
    final NDArray forward(Input input, boolean dropout) {
        return forward(input, dropout, List.of());
    }

    /**
     * Returns the hidden states of some positions only. Nothing after the last attention depends on other positions, so
     * the rest is computed for these alone, which saves a tenth of the time in a model of six layers.
     *
     * @param only empty: all positions; or one int64 [N] of indices into the flattened [B * T] positions, and then the
     *     result is [N, 1, D]
     */
    final NDArray forward(Input input, boolean dropout, List<NDArray> only) {
        boolean byLayer = checkpointing || parameters.quantized(); // otherwise backward keeps all weights, dequantised
        if (!byLayer || !Autograd.recording()) {
            return whole(input, dropout, only);
        }
        Layers layers = layers(input, dropout);
        boolean draws = dropout || parameters.dropsInAdapters();
        NDArray x = layers.embedding();
        for (int i = 0; i < layers.count(); i++) {
            int layer = i;
            NDArray before = x;
            List<NDArray> asked = i == layers.count() - 1 ? only : List.of();
            x = Autograd.recomputed(parameters.torch(), draws, () -> layers.layer(before, layer, asked));
        }
        return layers.norm(x);
    }

    /** Runs the body as one kernel. Parameters as in {@link #forward(Input, boolean, List)}. */
    abstract NDArray whole(Input input, boolean dropout, List<NDArray> only);

    /** Runs a kernel that computes the whole body. */
    final NDArray run(String kernel, Input input, Object... arguments) {
        Kernels kernels = parameters.torch().kernels();
        boolean generates = !input.cache().isEmpty();
        return generates ? kernels.callOften(kernel, arguments) : kernels.call(kernel, arguments);
    }

    /** Returns the parts of the body, to be run one by one, for an input without a cache. */
    abstract Layers layers(Input input, boolean dropout);

    /** The parts of a body, bound to one input. */
    interface Layers {
        int count();

        /** Returns the hidden states before the first layer, [B, T, D]. */
        NDArray embedding();

        /** Returns the hidden states after a layer; {@code only} as in {@link #forward(Input, boolean, List)}. */
        NDArray layer(NDArray x, int layer, List<NDArray> only);

        /** Returns the last norm of hidden states. */
        NDArray norm(NDArray x);
    }

    /** Returns the weights as the decoder's kernel takes them. */
    abstract BodyWeights weights();

    /**
     * Sets whether only each layer's input is kept for backward, which then computes the layer again, instead of all
     * activations.
     */
    final void checkpointing(boolean on) {
        checkpointing = on;
    }
}
