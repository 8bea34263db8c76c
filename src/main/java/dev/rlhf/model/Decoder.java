package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.model.weights.DerivedTensors;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Kernels;
import dev.rlhf.tensor.TensorList;
import java.util.List;

/**
 * Runs the body of a model, which is everything but its head: embeddings, layers and the last norm, from token ids to
 * hidden states. One kernel computes the whole body; in training with gradient checkpointing or quantised weights,
 * {@link Layers} compute it layer by layer. The weights belong to the {@link Parameters} it was made with; closing it
 * frees what is derived from them.
 */
abstract class Decoder implements AutoCloseable {
    final Parameters parameters;
    final DerivedTensors derived;

    private final int layerCount;
    private boolean checkpointing;

    Decoder(ModelConfig config, Parameters parameters) {
        this.parameters = parameters;
        this.layerCount = config.layers();
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
        return byLayer && Autograd.recording()
                ? forwardByLayer(input, dropout, selected)
                : forwardAtOnce(input, dropout, selected);
    }

    /** Runs the body layer by layer; backward computes each layer again. */
    private NDArray forwardByLayer(Input input, boolean dropout, List<NDArray> selected) {
        Layers layers = layers(input, dropout);
        boolean draws = dropout || parameters.adapterDropoutEnabled();
        NDArray x = layers.embedding();
        for (int i = 0; i < layerCount; i++) {
            int layer = i;
            NDArray before = x;
            List<NDArray> inLayer = i == layerCount - 1 ? selected : List.of();
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

    /** The parts of the body, each a kernel of its own, bound to one input. */
    abstract class Layers {
        final Kernels kernels = parameters.torch().kernels();
        final int dtype = parameters.compute().scalarType();
        final Input input;
        final TensorList tensors;

        Layers(Input input) {
            this.input = input;
            this.tensors = weights().of(input);
        }

        /** Returns the hidden states before the first layer, [B, T, D]. */
        abstract NDArray embedding();

        /** Returns the hidden states after a layer; {@code selected} as in {@link #forward(Input, boolean, List)}. */
        abstract NDArray layer(NDArray x, int layer, List<NDArray> selected);

        /** Applies the last norm to hidden states. */
        abstract NDArray norm(NDArray x);

        /** Applies a layer norm with weight and bias, [.., D] to [.., D]. */
        final NDArray layerNorm(NDArray x, String name, double epsilon) {
            return kernels.call(
                    "layer_norm", x, parameters.get(name + ".weight"), parameters.get(name + ".bias"), epsilon);
        }
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
