package dev.rlhf.model.weights;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.TensorList;
import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.List;

/**
 * Constants and views that are derived from the config or from parameters, and live as long as the decoder that they
 * were made for.
 */
public final class DerivedTensors implements AutoCloseable {
    private final Torch torch;
    private final List<NDArray> tensors = new ArrayList<>();
    private final List<TensorList> lists = new ArrayList<>();
    private final NDArray empty;
    private final NDArray signs;

    /** @param compute dtype of activations */
    public DerivedTensors(Torch torch, Dtype compute) {
        this.torch = torch;
        this.empty = constant(new float[0]);
        try (NDArray column = torch.floats(new float[] {1, -1}, 2, 1)) {
            this.signs = view(compute.cast(torch, column));
        }
    }

    /** Returns [[1], [-1]] in the compute dtype, for the kernel {@code paired_norm}. */
    public NDArray signs() {
        return signs;
    }

    /** Returns a tensor without elements, which tells a kernel that the model lacks a tensor. */
    public NDArray empty() {
        return empty;
    }

    /** Makes a tensor of values that are neither trained nor stored. */
    public NDArray constant(float[] values) {
        return keep(torch.floats(values, values.length));
    }

    /** Makes a tensor that stays on the CPU, even if the device is a GPU; see {@link Torch#hostFloats}. */
    public NDArray hostConstant(float[] values) {
        return keep(torch.hostFloats(values));
    }

    /** Takes ownership of a view of a parameter. */
    public NDArray view(NDArray view) {
        NDScope.unregister(view);
        return keep(view);
    }

    private NDArray keep(NDArray tensor) {
        tensors.add(tensor);
        return tensor;
    }

    /** Makes a list of parameters and derived tensors for kernels. */
    public TensorList list(List<NDArray> parts) {
        TensorList list = TensorList.of(parts);
        lists.add(list);
        return list;
    }

    @Override
    public void close() {
        lists.forEach(TensorList::close);
        tensors.forEach(NDArray::close);
    }
}
