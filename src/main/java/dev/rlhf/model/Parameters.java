package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.TensorList;
import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Named tensors of one model, under HF's names. Trainable ones are kept in fp32 whatever the compute dtype (mixed precision);
 * frozen ones are kept in the compute dtype. Closing it frees them.
 */
public final class Parameters implements AutoCloseable {
    private final Torch torch;
    private final Dtype compute;
    private final Predicate<String> trainable;
    private final Map<String, NDArray> tensors;
    private final @Nullable Adapters adapters;
    private final Set<String> adapted = new HashSet<>();
    private final boolean owner;
    private final List<NDArray> constants = new ArrayList<>();
    private final List<TensorList> lists = new ArrayList<>();
    private final NDArray empty;
    private boolean mapped;

    private Parameters(
            Torch torch,
            Dtype compute,
            Predicate<String> trainable,
            Map<String, NDArray> tensors,
            @Nullable Adapters adapters,
            boolean owner) {
        this.torch = torch;
        this.compute = compute;
        this.trainable = trainable;
        this.tensors = tensors;
        this.adapters = adapters;
        this.owner = owner;
        this.empty = constant(new float[0]);
    }

    /** None yet: whoever makes them adds them. */
    Parameters(Torch torch, LoadOptions how) {
        this(torch, how.compute(), how.trainable(), new LinkedHashMap<>(), how.trained(), true);
    }

    /** New parameters, drawn from libtorch's generator seeded with {@code seed}. */
    static Parameters initialise(Torch torch, List<ParameterSpec> specs, Dtype compute, long seed) {
        Parameters all = new Parameters(torch, LoadOptions.all(compute, true));
        torch.seed(seed);
        specs.forEach(all::addNew);
        return all;
    }

    /** A new one, as a new model starts. */
    void addNew(ParameterSpec spec) {
        NDArray tensor = torch.manager().zeros(new Shape(spec.shape()));
        if (spec.std() > 0) {
            torch.kernels().invoke("normal_", tensor, spec.std());
        } else if (spec.fill() != 0) {
            torch.kernels().invoke("full_", tensor, spec.fill());
        }
        if (!trainable.test(spec.name()) && compute != Dtype.FLOAT32) {
            NDArray narrow = compute.cast(torch, tensor);
            tensor.close();
            tensor = narrow;
        }
        add(spec.name(), tensor);
    }

    /** A tensor that is theirs from now on. */
    void add(String name, NDArray tensor) {
        if (trainable.test(name)) {
            tensor.setRequiresGradient(true);
        }
        tensors.put(name, tensor);
    }

    Torch torch() {
        return torch;
    }

    /** The dtype of activations. */
    public Dtype compute() {
        return compute;
    }

    /** The dtype they are kept in; with adapters, that of the frozen base. */
    public Dtype dtype() {
        return trainable() ? Dtype.FLOAT32 : compute;
    }

    /** Tells that tensors are the mapped files. */
    void setMapped() {
        mapped = true;
    }

    /** Whether they were the mapped files when they were loaded: nothing of them was read then. */
    public boolean mapped() {
        return mapped;
    }

    /** Whether all of them are trained. */
    public boolean trainable() {
        return tensors.keySet().stream().allMatch(trainable);
    }

    public NDArray get(String name) {
        NDArray tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no parameter " + name);
        }
        return tensor;
    }

    /** The parameter, or a tensor of no elements where the model has none of that name: a bias, say. */
    NDArray getOrEmpty(String name) {
        return tensors.getOrDefault(name, empty());
    }

    /** A tensor of no elements: how a kernel is told that something is not there. */
    NDArray empty() {
        return empty;
    }

    /** A tensor that is computed, not learned or stored, living as long as the parameters. */
    NDArray constant(float[] values) {
        NDArray tensor = torch.floats(values, values.length);
        constants.add(tensor);
        return tensor;
    }

    /** Some of these and of the constants, to be given to kernels, living as long as they do. */
    TensorList list(List<NDArray> tensors) {
        TensorList list = TensorList.of(tensors);
        lists.add(list);
        return list;
    }

    /** A view of one of these, living as long as they do. */
    NDArray view(NDArray view) {
        NDScope.unregister(view);
        constants.add(view);
        return view;
    }

    /** Takes another tensor, of the same shape in fp32, for one of these. Before a decoder is made with them. */
    void replace(String name, NDArray tensor) {
        get(name).close();
        if (trainable.test(name)) {
            add(name, tensor);
        } else {
            try (tensor) {
                add(name, compute.cast(torch, tensor));
            }
        }
    }

    /** A tensor of the host that is computed, see {@link Adapters#onHost}. */
    NDArray hostConstant(float[] values) {
        NDArray tensor = Adapters.onHost(torch, values);
        constants.add(tensor);
        return tensor;
    }

    /** Those on the linear layers, to be trained; null: none. */
    @Nullable
    Adapters adapters() {
        return adapters;
    }

    /** Told by the decoder's layers: this module's adapter is in use. */
    void adapted(String module) {
        adapted.add(module);
    }

    /** Every adapter must be in the decoder's hands; one that is not would be trained for nothing. */
    void checkAdapted() {
        if (adapters != null && !adapted.equals(adapters.modules())) {
            throw new IllegalStateException("adapters that no layer uses: "
                    + adapters.modules().stream()
                            .filter(module -> !adapted.contains(module))
                            .toList());
        }
    }

    /** Whether nothing is trained. */
    boolean frozen() {
        return adapters == null && tensors.keySet().stream().noneMatch(trainable);
    }

    /**
     * The same tensors without the adapters; closing it leaves them alone.
     *
     * @throws IllegalStateException if some of the tensors are trained too: what seems to be frozen would move
     */
    Parameters withoutAdapters() {
        if (tensors.keySet().stream().anyMatch(trainable)) {
            throw new IllegalStateException("not only adapters are trained here");
        }
        return new Parameters(torch, compute, name -> false, tensors, null, false);
    }

    /** All of them by HF name, in HF's order; adapters are not among them. */
    public Map<String, NDArray> map() {
        return Collections.unmodifiableMap(tensors);
    }

    /**
     * What is trained, fp32 with gradients, by name in a fixed order: what an optimizer works on and a training state saves. All
     * of {@link #map}, or nothing, or adapters and the few modules trained with them, these under PEFT's names.
     */
    public Map<String, NDArray> trained() {
        Map<String, NDArray> trained = new LinkedHashMap<>();
        if (adapters != null) {
            trained.putAll(adapters.named());
        }
        tensors.forEach((name, tensor) -> {
            if (trainable.test(name)) {
                trained.put(adapters == null ? name : Adapters.savedName(name), tensor);
            }
        });
        return trained;
    }

    /**
     * Switches the adapters' own dropout on until it is closed; nothing where there is none. For training steps; draws from
     * libtorch's generator.
     */
    public AdapterDropout adapterDropout() {
        if (adapters != null) {
            adapters.dropout(true);
        }
        return () -> {
            if (adapters != null) {
                adapters.dropout(false);
            }
        };
    }

    /** See {@link #adapterDropout}. */
    @FunctionalInterface
    public interface AdapterDropout extends AutoCloseable {
        @Override
        void close();
    }

    /** How many numbers they are, adapters with them. */
    public long count() {
        return count(tensors) + (adapters == null ? 0 : count(adapters.named()));
    }

    /** How many of them are trained. */
    public long trainedCount() {
        return count(trained());
    }

    private static long count(Map<String, NDArray> tensors) {
        return tensors.values().stream().mapToLong(t -> t.getShape().size()).sum();
    }

    @Override
    public void close() {
        lists.forEach(TensorList::close);
        constants.forEach(NDArray::close);
        if (owner) {
            tensors.values().forEach(NDArray::close);
            if (adapters != null) {
                adapters.close();
            }
        }
    }
}
