package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.model.quantized.QuantizedWeight;
import dev.rlhf.model.weights.WeightStore;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.util.List;

/**
 * Collects the tensors of {@link Parameters}: trainable ones in fp32 with gradients, frozen ones in the compute dtype
 * or quantised. Closed only if the parameters are not built.
 */
final class ParametersBuilder implements AutoCloseable {
    private final Torch torch;
    private final LoadOptions options;
    private final WeightStore weights = new WeightStore();
    private final JoinedWeights joined;
    private boolean mapped;

    /** Creates a builder of parameters with the adapters of {@code options}, which the parameters will own. */
    ParametersBuilder(Torch torch, LoadOptions options) {
        this.torch = torch;
        this.options = options;
        this.joined =
                new JoinedWeights(torch, options.compute(), weights, options.trainable(), options.adaptedModules());
    }

    /** Creates a builder of parameters that share weights with another model. */
    ParametersBuilder(Torch torch, LoadOptions options, JoinedWeights shared) {
        this.torch = torch;
        this.options = options;
        this.joined = shared.sharedWith(weights, options.trainable(), options.adaptedModules());
    }

    /** Builds the parameters of a new model, drawn from libtorch's generator with this seed. */
    static Parameters initialise(Torch torch, List<ParameterSpec> specs, Dtype compute, long seed) {
        ParametersBuilder all = new ParametersBuilder(torch, LoadOptions.all(compute, true));
        torch.seed(seed);
        specs.forEach(all::addNew);
        return all.build();
    }

    /** Adds a freshly initialised parameter. */
    void addNew(ParameterSpec spec) {
        addFp32(spec.name(), spec.initialise(torch));
    }

    /** Adds a tensor and takes ownership. */
    void add(String name, NDArray tensor) {
        if (options.trainable().test(name)) {
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
        if (options.trainable().test(name) || options.compute() == Dtype.FLOAT32) {
            add(name, tensor);
        } else {
            try (tensor) {
                add(name, options.compute().cast(torch, tensor));
            }
        }
    }

    /** Replaces a parameter with an fp32 tensor of the same shape. */
    void replace(String name, NDArray tensor) {
        weights.free(name);
        addFp32(name, tensor);
    }

    /** Adds a frozen weight of another model, which keeps ownership. */
    void borrow(String name, WeightStore owner) {
        weights.borrow(name, owner);
    }

    /** Marks the tensors as memory-mapped. */
    void setMapped() {
        mapped = true;
    }

    Parameters build() {
        return new Parameters(torch, options, weights, joined, mapped);
    }

    /** Frees the tensors added so far. */
    @Override
    public void close() {
        weights.close();
    }
}
