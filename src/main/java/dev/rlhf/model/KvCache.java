package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.List;

/**
 * Keys and values of every layer, [B, kv heads, capacity, head width] each, of a fixed size planned beforehand. A row's
 * positions stand in columns 0, 1, …; rows may have different lengths. Closed by whoever made it.
 */
public final class KvCache implements AutoCloseable {
    private final Torch torch;
    private final List<List<NDArray>> layers;

    private KvCache(Torch torch, List<List<NDArray>> layers) {
        this.torch = torch;
        this.layers = layers;
    }

    /** An empty cache for {@code rows} sequences of at most {@code capacity} positions. */
    public static KvCache allocate(Torch torch, ModelConfig config, int rows, int capacity, Dtype dtype) {
        List<List<NDArray>> layers = new ArrayList<>();
        Shape shape = new Shape(rows, config.kvHeads(), capacity, config.headDim());
        for (int i = 0; i < config.layers(); i++) {
            layers.add(List.of(zeros(torch, shape, dtype), zeros(torch, shape, dtype)));
        }
        return new KvCache(torch, layers);
    }

    private static NDArray zeros(Torch torch, Shape shape, Dtype dtype) {
        try (Scope scope = new Scope()) {
            NDArray zeros = torch.manager().zeros(shape);
            return scope.keep(dtype == Dtype.FLOAT32 ? zeros : dtype.cast(torch, zeros));
        }
    }

    List<NDArray> layer(int index) {
        return layers.get(index);
    }

    /** A cache of the given rows alone, in their order; the old one stays as it is. */
    public KvCache select(int[] rows) {
        List<List<NDArray>> kept = new ArrayList<>();
        try (NDArray index = torch.manager().create(rows)) {
            for (List<NDArray> layer : layers) {
                kept.add(layer.stream()
                        .map(tensor -> torch.kernels().call("rows", tensor, index))
                        .toList());
            }
        }
        return new KvCache(torch, kept);
    }

    @Override
    public void close() {
        layers.forEach(layer -> layer.forEach(NDArray::close));
    }
}
