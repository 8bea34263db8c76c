package dev.rlhf.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.jni.IValue;
import java.util.List;

/**
 * Tensors that kernels are given again and again, a model's weights for one: handing over some hundred tensors one by
 * one takes as long as some of the work does. The tensors stay their owner's; what is done to them in place is seen
 * through the list. Closed by whoever made it.
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
