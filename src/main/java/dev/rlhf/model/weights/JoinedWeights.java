package dev.rlhf.model.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Weights of one model, and of those that share its tensors, concatenated for GPU kernels that use several at once. */
public final class JoinedWeights implements AutoCloseable {
    private final Torch torch;
    private final Dtype dtype;
    private final Map<String, NDArray> byFirstName = new HashMap<>();

    public JoinedWeights(Torch torch, Dtype dtype) {
        this.torch = torch;
        this.dtype = dtype;
    }

    /** Returns the joined weights, by the name of the first of them; null: not joined. */
    @Nullable
    public NDArray get(String first) {
        return byFirstName.get(first);
    }

    /**
     * Concatenates tensors along their first axis and keeps the result.
     *
     * @return views of the result that the caller owns, in the shapes of the parts, to replace them
     */
    public NDList join(String first, List<NDArray> parts) {
        try (Scope _ = new Scope()) {
            NDArray all = torch.kernels().call("concat", parts, dtype.scalarType());
            List<Long> layout = new ArrayList<>();
            long at = 0;
            for (NDArray part : parts) {
                long[] shape = part.getShape().getShape();
                layout.addAll(List.of(at, part.size(), (long) shape.length));
                Arrays.stream(shape).forEach(layout::add);
                at += part.size();
            }
            NDList views = torch.kernels()
                    .callAll(
                            "views",
                            all.reshape(-1),
                            layout.stream().mapToLong(Long::longValue).toArray());
            views.forEach(NDScope::unregister);
            NDScope.unregister(all);
            byFirstName.put(first, all);
            return views;
        }
    }

    @Override
    public void close() {
        byFirstName.values().forEach(NDArray::close);
    }
}
