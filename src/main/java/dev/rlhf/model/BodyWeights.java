package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import dev.rlhf.tensor.TensorList;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A body's tensors as its kernel takes them. While text is generated there is a second copy, with linear layers'
 * weights in the layout that is fastest for products with few rows (the kernel {@code for_steps}). Belongs to the
 * {@link Parameters} it was made from.
 */
final class BodyWeights {
    private final Parameters parameters;
    private final List<NDArray> all;
    private final Set<Integer> linear;
    private final boolean transposed;
    private final TensorList list;
    private final List<NDArray> stepWeights = new ArrayList<>();
    private @Nullable TensorList steps;

    /**
     * @param linear indices of linear layers' weights
     * @param transposed whether these are [in, out]
     */
    BodyWeights(Parameters parameters, List<NDArray> all, Set<Integer> linear, boolean transposed) {
        this.parameters = parameters;
        this.all = List.copyOf(all);
        this.linear = Set.copyOf(linear);
        this.transposed = transposed;
        this.list = parameters.derived().list(all);
    }

    /** Returns the tensors that the kernel takes for this input. */
    TensorList of(Input input) {
        TensorList packed = steps;
        return packed == null || input.cache().isEmpty() ? list : packed;
    }

    /** Returns whether linear weights in {@link #of} are [in, out]. */
    boolean transposed(Input input) {
        return transposed && of(input) == list;
    }

    /** Returns the bytes that {@link #prepareSteps} takes. */
    long stepBytes() {
        return linear.stream().mapToLong(i -> all.get(i).size()).sum()
                * parameters.compute().bytes();
    }

    /**
     * Makes the copy for generation.
     *
     * @param inOut whether to lay its weights out as [in, out], which is faster in fp32 with many rows
     */
    void prepareSteps(boolean inOut) {
        endSteps();
        List<NDArray> tensors = new ArrayList<>(all);
        for (int i : linear) {
            NDArray weight = parameters
                    .torch()
                    .kernels()
                    .call(
                            "for_steps",
                            all.get(i),
                            transposed,
                            parameters.compute().scalarType(),
                            inOut);
            NDScope.unregister(weight);
            stepWeights.add(weight);
            tensors.set(i, weight);
        }
        steps = TensorList.of(tensors);
    }

    /** Frees the copy, if there is one. */
    void endSteps() {
        if (steps != null) {
            steps.close();
            steps = null;
        }
        stepWeights.forEach(NDArray::close); // including a copy that ran out of memory halfway
        stepWeights.clear();
    }
}
