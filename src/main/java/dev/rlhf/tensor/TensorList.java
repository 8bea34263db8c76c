package dev.rlhf.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * A list of tensors that is passed to kernels many times, such as a model's weights, and is converted for libtorch
 * once: converting hundreds of tensors at every call would take as long as some kernels. The list does not own the
 * tensors, and in-place changes to them are visible through it. Closed by its creator.
 */
public final class TensorList implements AutoCloseable {
    private final IValue value;

    private TensorList(IValue value) {
        this.value = value;
    }

    public static TensorList of(List<NDArray> tensors) {
        return new TensorList(IValue.listFrom(tensors.toArray(PtNDArray[]::new)));
    }

    long handle() {
        return value.getHandle();
    }

    @Override
    public void close() {
        value.close();
    }
}
