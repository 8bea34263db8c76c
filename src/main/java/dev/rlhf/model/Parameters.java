package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import dev.rlhf.model.lora.AdapterDropout;
import dev.rlhf.model.lora.Adapters;
import dev.rlhf.model.lora.PeftNames;
import dev.rlhf.model.quantized.QuantizedWeight;
import dev.rlhf.model.weights.DerivedTensors;
import dev.rlhf.model.weights.JoinedWeights;
import dev.rlhf.model.weights.WeightSizes;
import dev.rlhf.model.weights.WeightStore;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The named tensors of one model, under Hugging Face's names, and the adapters on it. Trainable tensors are always in
 * fp32 (mixed precision), frozen ones in the compute dtype or quantised. Closing frees them.
 */
public final class Parameters implements AutoCloseable {
    private final Torch torch;
    private final Dtype compute;
    private final Predicate<String> trainable;
    private final WeightStore weights;
    private final @Nullable Adapters adapters;
    private final boolean owner;
    private final DerivedTensors derived;

    /** Results of {@link #concatenated}, by the first name of each. */
    private final JoinedWeights joined;

    /** Modules that have an adapter, here or in the model whose tensors these are. */
    private final Set<String> adaptable;

    private boolean mapped;

    private Parameters(
            Torch torch,
            Dtype compute,
            Predicate<String> trainable,
            WeightStore weights,
            @Nullable Adapters adapters,
            boolean owner,
            JoinedWeights joined,
            Set<String> adaptable) {
        this.torch = torch;
        this.compute = compute;
        this.trainable = trainable;
        this.weights = weights;
        this.adapters = adapters;
        this.owner = owner;
        this.derived = new DerivedTensors(torch, compute);
        this.joined = joined;
        this.adaptable = adaptable;
    }

    /** Creates an empty set with the adapters of {@code options}. */
    Parameters(Torch torch, LoadOptions options) {
        this(
                torch,
                options.compute(),
                options.trainable(),
                new WeightStore(),
                options.trained(),
                true,
                new JoinedWeights(torch, options.compute()),
                modules(options.trained()));
    }

    /** Creates the parameters of a new model, drawn from libtorch's generator with this seed. */
    static Parameters initialise(Torch torch, List<ParameterSpec> specs, Dtype compute, long seed) {
        Parameters all = new Parameters(torch, LoadOptions.all(compute, true));
        torch.seed(seed);
        specs.forEach(all::addNew);
        return all;
    }

    /** Adds a freshly initialised parameter. */
    void addNew(ParameterSpec spec) {
        addFp32(spec.name(), spec.initialise(torch));
    }

    /** Adds a tensor and takes ownership. */
    void add(String name, NDArray tensor) {
        if (trainable.test(name)) {
            tensor.setRequiresGradient(true);
        }
        weights.put(name, tensor);
    }

    /** Adds a quantised weight and takes ownership. */
    void addQuantized(String name, QuantizedWeight weight) {
        weights.put(name, weight);
    }

    /** Adds an fp32 tensor, or its cast to the compute dtype if it is frozen, and takes ownership. */
    void addFp32(String name, NDArray tensor) {
        if (trainable.test(name) || compute == Dtype.FLOAT32) {
            add(name, tensor);
        } else {
            try (tensor) {
                add(name, compute.cast(torch, tensor));
            }
        }
    }

    /**
     * Replaces a parameter with an fp32 tensor of the same shape. Must not be called after a decoder was made from
     * these parameters.
     */
    void replace(String name, NDArray tensor) {
        weights.free(name);
        addFp32(name, tensor);
    }

    Torch torch() {
        return torch;
    }

    /** Returns the dtype of activations. */
    public Dtype compute() {
        return compute;
    }

    /** Returns the dtype that the tensors are stored in; with adapters, that of the frozen base. */
    public Dtype dtype() {
        return trainable() ? Dtype.FLOAT32 : compute;
    }

    /** Marks the tensors as memory-mapped. */
    void setMapped() {
        mapped = true;
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

    /** Returns the sizes of the frozen and of the quantised weights. */
    public WeightSizes sizes() {
        long adapterBytes = adapters == null || adapters.trained() ? 0 : Float.BYTES * count(adapters.named());
        List<String> frozen = weights.names().stream()
                .filter(name -> !weights.borrowed().contains(name) && !trainable.test(name))
                .toList();
        return WeightSizes.of(weights, frozen, compute, mapped, adapterBytes);
    }

    /** Returns whether all tensors are trained. */
    public boolean trainable() {
        return weights.names().stream().allMatch(trainable);
    }

    public NDArray get(String name) {
        return weights.get(name);
    }

    /**
     * Returns the parameter, or a tensor without elements if the model has no parameter of that name, such as a bias.
     */
    NDArray getOrEmpty(String name) {
        return weights.tensors().getOrDefault(name, derived.empty());
    }

    private static Set<String> modules(@Nullable Adapters adapters) {
        return adapters == null ? Set.of() : Set.copyOf(adapters.modules());
    }

    /**
     * Returns whether linear layers may be computed as one product: none has an adapter, here or in the model that
     * these parameters are shared with. Otherwise policy and reference would use products of different shapes, which
     * may round differently, and PPO's first KL would not be 0.
     */
    boolean joinable(List<String> modules) {
        return modules.stream().noneMatch(adaptable::contains);
    }

    /**
     * Concatenates frozen tensors along their first axis, for GPU kernels that multiply by all of them at once. The
     * tensors become views of the result, so that it takes no additional memory. Null if the CPU kernels are used, if
     * one of the tensors is trained or quantised, or if the model that they belong to has not joined them.
     */
    @Nullable
    NDArray concatenated(List<String> names) {
        if (!torch.gpuKernels() || names.stream().anyMatch(name -> trainable.test(name) || quantized(name) != null)) {
            return null;
        }
        NDArray known = joined.get(names.getFirst());
        if (shared()) { // the map is the other model's; tensors of this one are not in it
            return weights.borrowed().containsAll(names) ? known : null;
        }
        if (known != null) {
            return known;
        }
        List<NDArray> parts = names.stream().map(this::get).toList();
        NDList views = joined.join(names.getFirst(), parts);
        for (int i = 0; i < names.size(); i++) {
            weights.put(names.get(i), views.get(i));
        }
        parts.forEach(NDArray::close);
        return joined.get(names.getFirst());
    }

    /** Returns the constants and views that decoders keep beside the parameters. */
    DerivedTensors derived() {
        return derived;
    }

    /** Returns the adapters that are trained on the linear layers; null: none. */
    @Nullable
    Adapters adapters() {
        return adapters;
    }

    /** Returns whether no tensor is trained. */
    boolean frozen() {
        return adapters == null && weights.names().stream().noneMatch(trainable);
    }

    /**
     * Returns the same tensors without the adapters; closing the result does not close the tensors.
     *
     * @throws IllegalStateException if some of the tensors are trained, so that they would change
     */
    Parameters withoutAdapters() {
        if (weights.names().stream().anyMatch(trainable)) {
            throw new IllegalStateException("parameters other than adapters are trained");
        }
        return new Parameters(torch, compute, name -> false, weights, null, false, joined, adaptable);
    }

    /**
     * Returns parameters of another model that share tensors with these; closing them does not close the shared ones.
     *
     * @param names tensors to share
     * @param options of the other model, which trains none of these tensors
     * @throws IllegalStateException if one of them is trained here or there, so that it would change
     */
    Parameters sharing(Collection<String> names, LoadOptions options) {
        Set<String> adaptedInEither = new HashSet<>(adaptable);
        adaptedInEither.addAll(modules(options.trained()));
        Parameters other = new Parameters(
                torch,
                options.compute(),
                options.trainable(),
                new WeightStore(),
                options.trained(),
                true,
                joined,
                adaptedInEither);
        for (String name : names) {
            if (trainable.test(name) || options.trainable().test(name)) {
                throw new IllegalStateException(name + " is trained");
            }
            other.weights.borrow(name, weights);
        }
        return other;
    }

    /** Returns whether some of the tensors belong to another model. */
    public boolean shared() {
        return !weights.borrowed().isEmpty();
    }

    /** Returns whether all of these tensors are frozen, so that another model can share them. */
    boolean frozen(Collection<String> names) {
        return names.stream().noneMatch(trainable);
    }

    /** Returns all tensors by name in Hugging Face's order, without adapters. */
    public Map<String, NDArray> map() {
        return weights.tensors();
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
     * Returns the trained tensors, fp32 with gradients, by name in a fixed order: those that an optimizer updates and a
     * training state saves. They are all tensors of {@link #map}, none of them, or the adapters with the modules
     * trained along with them, under PEFT's names.
     */
    public Map<String, NDArray> trained() {
        Map<String, NDArray> trained = new LinkedHashMap<>();
        if (adapters != null && adapters.trained()) {
            trained.putAll(adapters.named());
        }
        weights.tensors().forEach((name, tensor) -> {
            if (trainable.test(name)) {
                trained.put(adapters == null ? name : PeftNames.saved(name), tensor);
            }
        });
        return trained;
    }

    /**
     * Switches the adapters' own dropout on, for a training step, until the result is closed. It draws from libtorch's
     * generator. Does nothing without adapters.
     */
    public AdapterDropout enableAdapterDropout() {
        return adapters == null ? () -> {} : adapters.enableDropout();
    }

    /** Returns whether the adapters' own dropout is on: see {@link #enableAdapterDropout}. */
    boolean adapterDropoutEnabled() {
        return adapters != null && adapters.dropoutEnabled();
    }

    /** Returns the number of scalars, adapters included. */
    public long count() {
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
        derived.close();
        if (owner) {
            weights.close();
            if (!shared()) {
                joined.close();
            }
            if (adapters != null) {
                adapters.close();
            }
        }
    }
}
