package dev.rlhf.model.weights;

import dev.rlhf.model.quantized.QuantizedWeight;
import dev.rlhf.tensor.Dtype;
import java.util.Collection;

/**
 * Sizes of a model's frozen and quantised weights, to plan memory.
 * @param quantized the number of scalars in all quantised weights
 * @param largestQuantized the number of scalars in the largest of them; 0 if none is quantised
 * @param frozenBytes the size of the frozen tensors that belong to the model, adapters included
 * @param frozenLoadedBytes the part of {@code frozenBytes} that is not a view of a mapped file
 */
public record WeightSizes(long quantized, long largestQuantized, long frozenBytes, long frozenLoadedBytes) {
    /**
     * Adds up the sizes of a model's weights.
     *
     * @param frozen the names of the frozen tensors that belong to the model
     * @param dtype that they are stored in, unless they are quantised
     * @param mapped whether those that are not quantised are views of a mapped file
     * @param adapterBytes the size of its frozen adapters
     */
    public static WeightSizes of(
            WeightStore weights, Collection<String> frozen, Dtype dtype, boolean mapped, long adapterBytes) {
        long bytes = adapterBytes;
        long loaded = adapterBytes;
        for (String name : frozen) {
            long size = weights.bytes(name, dtype);
            bytes += size;
            loaded += mapped && weights.quantized(name) == null ? 0 : size;
        }
        return new WeightSizes(
                weights.quantized().stream().mapToLong(QuantizedWeight::count).sum(),
                weights.quantized().stream()
                        .mapToLong(QuantizedWeight::count)
                        .max()
                        .orElse(0),
                bytes,
                loaded);
    }
}
