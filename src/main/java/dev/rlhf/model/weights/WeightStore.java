package dev.rlhf.model.weights;

import ai.djl.ndarray.NDArray;
import dev.rlhf.model.quantized.QuantizedWeight;
import dev.rlhf.tensor.Dtype;
import java.util.Collection;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A model's tensors by name, plain or quantised, owned or borrowed from another model. Closing frees its own. */
public final class WeightStore implements AutoCloseable {
    private final Map<String, NDArray> tensors = new LinkedHashMap<>();

    /** Quantised weights by name; {@link #tensors} holds their codes. */
    private final Map<String, QuantizedWeight> quantized = new LinkedHashMap<>();

    private final Set<String> borrowed = new HashSet<>();

    /** Adds a tensor, or replaces one without closing it, and takes ownership. */
    public void put(String name, NDArray tensor) {
        tensors.put(name, tensor);
    }

    /** Adds a quantised weight and takes ownership. */
    public void put(String name, QuantizedWeight weight) {
        quantized.put(name, weight);
        tensors.put(name, weight.codes());
    }

    /** Adds a weight of another store, which keeps ownership. */
    public void borrow(String name, WeightStore owner) {
        tensors.put(name, owner.get(name));
        QuantizedWeight weight = owner.quantized(name);
        if (weight != null) {
            quantized.put(name, weight);
        }
        borrowed.add(name);
    }

    /** Closes a weight, so that another can replace it. */
    public void free(String name) {
        QuantizedWeight weight = quantized.remove(name);
        if (weight != null) {
            weight.close();
        }
        get(name).close();
    }

    public NDArray get(String name) {
        NDArray tensor = tensors.get(name);
        if (tensor == null) {
            throw new IllegalArgumentException("no parameter " + name);
        }
        return tensor;
    }

    /** Returns the quantised weight of this name; null if it is not quantised. */
    @Nullable
    public QuantizedWeight quantized(String name) {
        return quantized.get(name);
    }

    public Set<String> names() {
        return Collections.unmodifiableSet(tensors.keySet());
    }

    /** Returns all tensors; for a quantised weight, its codes. */
    public Map<String, NDArray> tensors() {
        return Collections.unmodifiableMap(tensors);
    }

    public Collection<QuantizedWeight> quantized() {
        return Collections.unmodifiableCollection(quantized.values());
    }

    public Set<String> borrowed() {
        return Collections.unmodifiableSet(borrowed);
    }

    /** Returns the number of scalars of a weight. */
    public long count(String name) {
        QuantizedWeight weight = quantized.get(name);
        return weight == null ? get(name).size() : weight.count();
    }

    /** Returns the bytes of a weight. */
    public long bytes(String name, Dtype dtype) {
        QuantizedWeight weight = quantized.get(name);
        return weight == null ? get(name).size() * dtype.bytes() : weight.bytes();
    }

    @Override
    public void close() {
        tensors.forEach((name, tensor) -> {
            if (!borrowed.contains(name)) {
                tensor.close();
            }
        });
        quantized.forEach((name, weight) -> {
            if (!borrowed.contains(name)) {
                weight.close();
            }
        });
    }
}
