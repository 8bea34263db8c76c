package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.model.weights.DerivedTensors;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Kernels;
import java.util.List;

/**
 * The body of a model, from token ids to hidden states. The weights belong to the {@link Parameters} it was made with;
 * closing it frees what is derived from them.
 */
abstract class Decoder implements AutoCloseable {
    final Parameters parameters;
    final DerivedTensors derived;

    private boolean checkpointing;

    Decoder(Parameters parameters) {
        this.parameters = parameters;
        this.derived = new DerivedTensors(parameters.torch(), parameters.compute());
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
     * Returns the hidden states at the selected positions. After the last attention no position depends on another, so
     * the rest is computed for these alone, which saves a tenth of the time in a model with six layers.
     *
     * @param selected empty: all positions; or one int64 [N] of indices into the flattened [B * T] positions, and then
     *     the result is [N, 1, D]
     */
    final NDArray forward(Input input, boolean dropout, List<NDArray> selected) {
        boolean byLayer =
                checkpointing || parameters.quantized(); // else all dequantised weights would be kept for backward
        if (!byLayer || !Autograd.recording()) {
            return forwardAtOnce(input, dropout, selected);
        }
        Layers layers = layers(input, dropout);
        boolean draws = dropout || parameters.adapterDropoutEnabled();
        NDArray x = layers.embedding();
        for (int i = 0; i < layers.count(); i++) {
            int layer = i;
            NDArray before = x;
            List<NDArray> inLayer = i == layers.count() - 1 ? selected : List.of();
            x = Autograd.recomputed(parameters.torch(), draws, () -> layers.layer(before, layer, inLayer));
        }
        return layers.norm(x);
    }

    /** Runs the whole body as one kernel. Parameters as in {@link #forward(Input, boolean, List)}. */
    abstract NDArray forwardAtOnce(Input input, boolean dropout, List<NDArray> selected);

    /** Calls the kernel of the whole body: {@link Kernels#callOften} in generation, {@link Kernels#call} otherwise. */
    final NDArray runBody(String kernel, Input input, Object... arguments) {
        Kernels kernels = parameters.torch().kernels();
        boolean generating = !input.cache().isEmpty();
        return generating ? kernels.callOften(kernel, arguments) : kernels.call(kernel, arguments);
    }

    /** Returns the parts of the body, to be run one by one, for an input without a cache. */
    abstract Layers layers(Input input, boolean dropout);

    /** The parts of a body, bound to one input. */
    interface Layers {
        int count();

        /** Returns the hidden states before the first layer, [B, T, D]. */
        NDArray embedding();

        /** Returns the hidden states after a layer; {@code selected} as in {@link #forward(Input, boolean, List)}. */
        NDArray layer(NDArray x, int layer, List<NDArray> selected);

        /** Applies the last norm to hidden states. */
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

    @Override
    public final void close() {
        derived.close();
    }
}
