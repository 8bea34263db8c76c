package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.model.lora.AdapterDropout;
import dev.rlhf.model.lora.Adapters;
import dev.rlhf.model.lora.PeftNames;
import dev.rlhf.model.quantized.QuantizedWeight;
import dev.rlhf.model.weights.WeightSizes;
import dev.rlhf.model.weights.WeightStore;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The named tensors of one model, under Hugging Face's names, and the adapters on it. Trainable tensors are always in
 * fp32 (mixed precision), frozen ones in the compute dtype or quantised. Made by {@link ParametersBuilder}. Closing
 * frees them.
 */
public final class Parameters implements AutoCloseable {
    private final Torch torch;
    private final LoadOptions options;
    private final WeightStore weights;
    private final JoinedWeights joined;
    private final boolean mapped;
    private final boolean owner;

    Parameters(Torch torch, LoadOptions options, WeightStore weights, JoinedWeights joined, boolean mapped) {
        this(torch, options, weights, joined, mapped, true);
    }

    private Parameters(
            Torch torch,
            LoadOptions options,
            WeightStore weights,
            JoinedWeights joined,
            boolean mapped,
            boolean owner) {
        this.torch = torch;
        this.options = options;
        this.weights = weights;
        this.joined = joined;
        this.mapped = mapped;
        this.owner = owner;
    }

    Torch torch() {
        return torch;
    }

    /** Returns the dtype of activations. */
    public Dtype compute() {
        return options.compute();
    }

    /** Returns the dtype that the tensors are stored in; with adapters, that of the frozen base. */
    public Dtype dtype() {
        return trainable() ? Dtype.FLOAT32 : compute();
    }

    /** Returns whether the tensors were memory-mapped, so that loading read none of them. */
    public boolean mapped() {
        return mapped;
    }

    /** Returns whether some of the weights are quantised. */
    public boolean quantized() {
        return !weights.quantized().isEmpty();
    }

    /** Returns the quantised weight of this name; null if it is not quantised. */
    @Nullable
    QuantizedWeight quantized(String name) {
        return weights.quantized(name);
    }

    /** Returns whether all tensors are trained. */
    public boolean trainable() {
        return weights.names().stream().allMatch(options.trainable());
    }

    /** Returns whether no tensor is trained. */
    boolean frozen() {
        return adapters() == null && frozen(weights.names());
    }

    /** Returns whether all of these tensors are frozen, so that another model can share them. */
    boolean frozen(Collection<String> names) {
        return names.stream().noneMatch(options.trainable());
    }

    /** Returns whether some of the tensors belong to another model. */
    public boolean shared() {
        return !weights.borrowed().isEmpty();
    }

    public NDArray get(String name) {
        return weights.get(name);
    }

    /** Returns all tensors by name in Hugging Face's order, without adapters. */
    public Map<String, NDArray> map() {
        return weights.tensors();
    }

    /** Returns the weights that GPU kernels use as one tensor. */
    JoinedWeights joined() {
        return joined;
    }

    /** Returns the adapters that are not merged into the linear layers; null: none. */
    @Nullable
    Adapters adapters() {
        return options.adapters();
    }

    /**
     * Returns the trained tensors, fp32 with gradients, by name in a fixed order: those that an optimizer updates and a
     * training state saves. They are all tensors of {@link #map}, none of them, or the adapters with the modules
     * trained along with them, under PEFT's names.
     */
    public Map<String, NDArray> trained() {
        Adapters adapters = adapters();
        Map<String, NDArray> trained = new LinkedHashMap<>();
        if (adapters != null && adapters.trained()) {
            trained.putAll(adapters.named());
        }
        weights.tensors().forEach((name, tensor) -> {
            if (options.trainable().test(name)) {
                trained.put(adapters == null ? name : PeftNames.saved(name), tensor);
            }
        });
        return trained;
    }

    /**
     * Returns the tensors to be written as a checkpoint.
     *
     * @throws IllegalStateException if some are quantised
     */
    Map<String, NDArray> toWrite() {
        if (quantized()) {
            throw new IllegalStateException("quantised weights are not written");
        }
        return map();
    }

    /**
     * Switches the adapters' own dropout on, for a training step, until the result is closed. It draws from libtorch's
     * generator. Does nothing without adapters.
     */
    public AdapterDropout enableAdapterDropout() {
        Adapters adapters = adapters();
        return adapters == null ? () -> {} : adapters.enableDropout();
    }

    /**
     * Returns the bytes of activations per token that the dropout of trained adapters keeps for backward, over all
     * layers: what each input is multiplied by, and the product.
     */
    public long adapterDropoutActivations() {
        Adapters adapters = adapters();
        return adapters == null || !adapters.trained() ? 0 : 2L * compute().bytes() * adapters.droppedInputs();
    }

    /** Returns whether the adapters' own dropout is on: see {@link #enableAdapterDropout}. */
    boolean adapterDropoutEnabled() {
        Adapters adapters = adapters();
        return adapters != null && adapters.dropoutEnabled();
    }

    /**
     * Returns the same tensors without the adapters; closing the result does not close the tensors.
     *
     * @throws IllegalStateException if some of the tensors are trained, so that they would change
     */
    Parameters withoutAdapters() {
        if (!frozen(weights.names())) {
            throw new IllegalStateException("parameters other than adapters are trained");
        }
        return new Parameters(torch, LoadOptions.all(compute(), false), weights, joined, mapped, false);
    }

    /**
     * Returns a builder of another model's parameters that share tensors with these; closing them does not close the
     * shared ones.
     *
     * @param names tensors to share
     * @param other options of the other model, which trains none of these tensors
     * @throws IllegalStateException if one of them is trained here or there, so that it would change
     */
    ParametersBuilder sharing(Collection<String> names, LoadOptions other) {
        for (String name : names) {
            if (options.trainable().test(name) || other.trainable().test(name)) {
                throw new IllegalStateException(name + " is trained");
            }
        }
        ParametersBuilder builder = new ParametersBuilder(torch, other, joined);
        names.forEach(name -> builder.borrow(name, weights));
        return builder;
    }

    /** Returns the sizes of the frozen and of the quantised weights. */
    public WeightSizes sizes() {
        Adapters adapters = adapters();
        long adapterBytes = adapters == null || adapters.trained() ? 0 : Float.BYTES * count(adapters.named());
        List<String> frozen = weights.names().stream()
                .filter(name -> !weights.borrowed().contains(name))
                .filter(options.trainable().negate())
                .toList();
        return WeightSizes.of(weights, frozen, compute(), mapped, adapterBytes);
    }

    /** Returns the number of scalars, adapters included. */
    public long count() {
        Adapters adapters = adapters();
        return weights.names().stream().mapToLong(weights::count).sum()
                + (adapters == null ? 0 : count(adapters.named()));
    }

    /** Returns the number of trained scalars. */
    public long trainedCount() {
        return count(trained());
    }

    private static long count(Map<String, NDArray> tensors) {
        return tensors.values().stream().mapToLong(t -> t.getShape().size()).sum();
    }

    @Override
    public void close() {
        if (!owner) {
            return;
        }
        weights.close();
        joined.close();
        Adapters adapters = adapters();
        if (adapters != null) {
            adapters.close();
        }
    }
}
