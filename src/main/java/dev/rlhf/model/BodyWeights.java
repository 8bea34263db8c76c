package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import dev.rlhf.model.quantized.QuantizedWeight;
import dev.rlhf.model.weights.DerivedTensors;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.TensorList;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * The tensors of a body in the order in which its kernel takes them. Generation uses a copy of the linear layers'
 * weights, dequantised and in the layout that is fastest for products with few rows (see the kernel {@code
 * step_weight}). Valid while parameters and decoder are open.
 */
final class BodyWeights {
    private final Parameters parameters;
    private final DerivedTensors derived;
    private final List<NDArray> all;
    private final Set<Integer> linear;
    private final Map<Integer, QuantizedWeight> quantized;
    private final Set<Integer> vectors;
    private final List<Joined> joined;
    private final boolean transposed;
    private final TensorList list;
    private final List<NDArray> stepWeights = new ArrayList<>();
    private @Nullable TensorList steps;

    /** Consecutive linear layers that can be computed as one: {@code count} of them, starting at index {@code at}. */
    record Joined(int at, int count) {
        /** Elements of the list per linear layer. */
        private static final int EACH = 4;

        /** Returns the indices of the weights (0) or biases (1). */
        private List<Integer> indices(int element) {
            return IntStream.range(0, count)
                    .mapToObj(i -> at + EACH * i + element)
                    .toList();
        }
    }

    /**
     * @param linear indices of linear layers' weights
     * @param quantized the quantised ones of these weights, by index
     * @param vectors indices of norms' weights and biases that may be cast to the compute dtype
     * @param joined linear layers whose weights are joined during generation on a GPU
     * @param transposed whether linear weights are [in, out]
     */
    BodyWeights(
            Parameters parameters,
            DerivedTensors derived,
            List<NDArray> all,
            Set<Integer> linear,
            Map<Integer, QuantizedWeight> quantized,
            Set<Integer> vectors,
            List<Joined> joined,
            boolean transposed) {
        this.parameters = parameters;
        this.derived = derived;
        this.all = List.copyOf(all);
        this.linear = Set.copyOf(linear);
        this.quantized = Map.copyOf(quantized);
        this.vectors = Set.copyOf(vectors);
        this.joined = List.copyOf(joined);
        this.transposed = transposed;
        this.list = derived.list(all);
    }

    /** Returns the tensors that the kernel takes for this input. */
    TensorList of(Input input) {
        TensorList packed = steps;
        return packed == null || input.cache().isEmpty() ? list : packed;
    }

    /** Returns whether linear weights in {@link #of} are [in, out]. */
    boolean transposed(Input input) {
        return transposed && (parameters.torch().gpuKernels() || of(input) == list);
    }

    /** Returns the size in bytes of the copy that {@link #prepareSteps} makes. */
    long stepBytes() {
        return linear.stream().mapToLong(this::count).sum()
                * parameters.compute().bytes();
    }

    private long count(int i) {
        QuantizedWeight weight = quantized.get(i);
        return weight == null ? all.get(i).size() : weight.count();
    }

    /** Returns the tensor at index i, dequantised to [out, in] if it is quantised. */
    private NDArray plain(int i) {
        QuantizedWeight weight = quantized.get(i);
        return weight == null ? all.get(i) : weight.dequantized(parameters.torch(), parameters.compute());
    }

    /**
     * Makes the copy for generation.
     * @param inOut whether to lay out weights as [in, out] in memory, which is faster in fp32 with many rows
     */
    void prepareSteps(boolean inOut) {
        endSteps();
        List<NDArray> tensors = new ArrayList<>(all);
        for (int i : linear) {
            try (Scope _ = new Scope()) {
                NDArray weight = parameters
                        .torch()
                        .kernels()
                        .call(
                                "step_weight",
                                plain(i),
                                transposed && !quantized.containsKey(i),
                                parameters.compute().scalarType(),
                                inOut);
                NDScope.unregister(weight);
                stepWeights.add(weight);
                tensors.set(i, weight);
            }
        }
        steps = TensorList.of(tensors);
    }

    /**
     * Returns whether generation on a GPU needs no copy: weights are in the compute dtype, not quantised, and there is
     * nothing to join.
     */
    boolean readyForGpu() {
        return quantized.isEmpty() && joined.isEmpty() && linear.stream().noneMatch(i -> needsCast(all.get(i)));
    }

    private boolean needsCast(NDArray tensor) {
        return tensor.getDataType() == DataType.FLOAT32 && parameters.compute() != Dtype.FLOAT32;
    }

    /**
     * Makes the copy for generation on a GPU: weights are cast to the compute dtype or dequantised, and layers that
     * read the same input are joined.
     */
    void prepareStepsOnGpu() {
        endSteps();
        List<NDArray> tensors = new ArrayList<>(all);
        joined.forEach(group -> join(tensors, group));
        for (int i = 0; i < tensors.size(); i++) {
            castOrDequantize(tensors, i);
        }
        steps = TensorList.of(tensors);
    }

    /** Puts the group's weights into the place of the first, and then its biases, if it has any. */
    private void join(List<NDArray> tensors, Joined group) {
        for (int element = 0; element < 2; element++) {
            List<Integer> indices = group.indices(element);
            if (all.get(indices.getFirst()).size() > 0) {
                try (Scope _ = new Scope()) {
                    set(
                            tensors,
                            indices.getFirst(),
                            "concat",
                            indices.stream().map(this::plain).toList());
                }
                indices.stream().skip(1).forEach(i -> tensors.set(i, derived.empty()));
            }
        }
    }

    @SuppressWarnings("ReferenceEquality") // tests whether a tensor was joined, not whether its values are equal
    private void castOrDequantize(List<NDArray> tensors, int i) {
        if (tensors.get(i) != all.get(i)) {
            return;
        }
        boolean ofLayer = linear.contains(i) || linear.contains(i - 1) || vectors.contains(i);
        if (quantized.containsKey(i)) {
            try (Scope _ = new Scope()) {
                set(tensors, i, "cast", transposed ? plain(i).transpose() : plain(i));
            }
        } else if (ofLayer && needsCast(all.get(i))) {
            set(tensors, i, "cast", all.get(i));
        }
    }

    private void set(List<NDArray> tensors, int at, String kernel, Object source) {
        NDArray made = parameters
                .torch()
                .kernels()
                .call(kernel, source, parameters.compute().scalarType());
        NDScope.unregister(made);
        stepWeights.add(made);
        tensors.set(at, made);
    }

    /** Frees the copy, if there is one. */
    void endSteps() {
        if (steps != null) {
            steps.close();
            steps = null;
        }
        stepWeights.forEach(NDArray::close); // including those of a copy that was not finished for lack of memory
        stepWeights.clear();
    }
}
