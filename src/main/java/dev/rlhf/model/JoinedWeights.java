package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import dev.rlhf.model.weights.WeightStore;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** Weights of one model, and of those that share its tensors, concatenated for GPU kernels that use several at once. */
final class JoinedWeights implements AutoCloseable {
    private final Torch torch;
    private final Dtype compute;
    private final WeightStore weights;
    private final Predicate<String> trainable;
    private final Set<String> adapted;
    private final Map<String, NDArray> byFirstName;
    private final boolean owner;

    /**
     * @param weights the model's weights; those that are joined become views of the result
     * @param trainable selects the weights that are trained
     * @param adapted the modules that have an adapter
     */
    JoinedWeights(Torch torch, Dtype compute, WeightStore weights, Predicate<String> trainable, Set<String> adapted) {
        this(torch, compute, weights, trainable, adapted, new HashMap<>(), true);
    }

    private JoinedWeights(
            Torch torch,
            Dtype compute,
            WeightStore weights,
            Predicate<String> trainable,
            Set<String> adapted,
            Map<String, NDArray> byFirstName,
            boolean owner) {
        this.torch = torch;
        this.compute = compute;
        this.weights = weights;
        this.trainable = trainable;
        this.adapted = Set.copyOf(adapted);
        this.byFirstName = byFirstName;
        this.owner = owner;
    }

    /** Returns the joined weights as a model with other weights sees them, which borrows some of these. */
    JoinedWeights sharedWith(WeightStore borrower, Predicate<String> trainedThere, Set<String> adaptedThere) {
        Set<String> adaptedInEither = new HashSet<>(adapted);
        adaptedInEither.addAll(adaptedThere);
        return new JoinedWeights(torch, compute, borrower, trainedThere, adaptedInEither, byFirstName, false);
    }

    /**
     * Returns whether linear layers may be computed as one product: none has an adapter, here or in the model that
     * these weights are shared with. Otherwise policy and reference would use products of different shapes, which may
     * round differently, and PPO's first KL would not be 0.
     */
    boolean joinable(List<String> modules) {
        return modules.stream().noneMatch(adapted::contains);
    }

    /**
     * Concatenates frozen weights along their first axis. They become views of the result, so that it takes no
     * additional memory. Null if the CPU kernels are used, if one of the weights is trained or quantised, or if the
     * model that they belong to has not joined them.
     */
    @Nullable
    NDArray concatenated(List<String> names) {
        boolean fixed = names.stream().noneMatch(name -> trainable.test(name) || weights.quantized(name) != null);
        if (!torch.gpuKernels() || !fixed) {
            return null;
        }
        NDArray known = byFirstName.get(names.getFirst());
        if (!weights.borrowed().isEmpty()) { // the map is the other model's; weights of this one are not in it
            return weights.borrowed().containsAll(names) ? known : null;
        }
        return known != null ? known : join(names);
    }

    private NDArray join(List<String> names) {
        List<NDArray> parts = names.stream().map(weights::get).toList();
        try (Scope _ = new Scope()) {
            NDArray all = torch.kernels().call("concat", parts, compute.scalarType());
            NDList views = torch.kernels().callAll("views", all.reshape(-1), layout(parts));
            views.forEach(NDScope::unregister);
            NDScope.unregister(all);
            byFirstName.put(names.getFirst(), all);
            for (int i = 0; i < names.size(); i++) {
                weights.put(names.get(i), views.get(i));
            }
            parts.forEach(NDArray::close);
            return all;
        }
    }

    /** Returns offset, size, number of axes and shape of each part, as the kernel {@code views} takes them. */
    private static long[] layout(List<NDArray> parts) {
        List<Long> layout = new ArrayList<>();
        long at = 0;
        for (NDArray part : parts) {
            long[] shape = part.getShape().getShape();
            layout.addAll(List.of(at, part.size(), (long) shape.length));
            Arrays.stream(shape).forEach(layout::add);
            at += part.size();
        }
        return layout.stream().mapToLong(Long::longValue).toArray();
    }

    /** Frees the joined weights, unless they are those of another model. */
    @Override
    public void close() {
        if (owner) {
            byFirstName.values().forEach(NDArray::close);
        }
    }
}
