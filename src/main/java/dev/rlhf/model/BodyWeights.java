package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import dev.rlhf.tensor.TensorList;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A body's tensors as its kernel takes them, and while text is generated a second time, with the linear layers' weights as
 * products with a few rows read them fastest (the kernel {@code for_steps}). Belongs to the {@link Parameters} it was made of.
 */
final class BodyWeights {
    private final Parameters parameters;
    private final List<NDArray> all;
    private final Set<Integer> linear;
    private final boolean turned;
    private final TensorList list;
    private final List<NDArray> own = new ArrayList<>();
    private @Nullable TensorList steps;

    /**
     * @param linear places of linear layers' weights
     * @param turned whether these are [in, out]
     */
    BodyWeights(Parameters parameters, List<NDArray> all, Set<Integer> linear, boolean turned) {
        this.parameters = parameters;
        this.all = List.copyOf(all);
        this.linear = Set.copyOf(linear);
        this.turned = turned;
        this.list = parameters.list(all);
    }

    /** What the kernel takes for this input. */
    TensorList of(Input input) {
        TensorList packed = steps;
        return packed == null || input.cache().isEmpty() ? list : packed;
    }

    /** Whether weights in that are [in, out]. */
    boolean turned(Input input) {
        return turned && of(input) == list;
    }

    /** Bytes that {@link #prepareSteps} takes. */
    long stepBytes() {
        return linear.stream().mapToLong(i -> all.get(i).size()).sum()
                * parameters.compute().bytes();
    }

    /** @param inOut the order that fp32 wants with many rows */
    void prepareSteps(boolean inOut) {
        endSteps();
        List<NDArray> tensors = new ArrayList<>(all);
        for (int i : linear) {
            NDArray weight = parameters
                    .torch()
                    .kernels()
                    .call("for_steps", all.get(i), turned, parameters.compute().scalarType(), inOut);
            NDScope.unregister(weight);
            own.add(weight);
            tensors.set(i, weight);
        }
        steps = TensorList.of(tensors);
    }

    void endSteps() {
        if (steps != null) {
            steps.close();
            steps = null;
        }
        own.forEach(NDArray::close); // also what was made before memory ran out
        own.clear();
    }
}
