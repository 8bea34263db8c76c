package dev.rlhf.tensor;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDManager;
import ai.djl.ndarray.types.DataType;
import ai.djl.ndarray.types.Shape;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Makes tensors from Java arrays. Each tensor owns its memory inside libtorch, so that autograd can still read it after
 * the Java object is closed. {@code NDManager.create} does not guarantee that on a CPU: its tensors use a direct buffer
 * that only the Java object references, and after a garbage collection libtorch would read memory that has been reused.
 * The same holds for DJL's arithmetic with numbers ({@code x.mul(2)} makes such a tensor of the 2), which is why this
 * project does not use it; {@code PackageOrderTest} checks both.
 */
final class ArrayTensors {
    private ArrayTensors() {}

    /** Makes an int64 tensor of values in row-major order. */
    static NDArray longs(NDManager manager, long[] values, long... shape) {
        if (manager.getDevice().isGpu()) {
            return manager.create(values, new Shape(shape)); // copied to the device before it returns
        }
        NDArray tensor = empty(manager, values.length, DataType.INT64, shape);
        if (values.length > 0) {
            memory(tensor).asLongBuffer().put(values);
        }
        return tensor;
    }

    /** Makes a float32 tensor of values in row-major order. */
    static NDArray floats(NDManager manager, float[] values, long... shape) {
        if (manager.getDevice().isGpu()) {
            return manager.create(values, new Shape(shape));
        }
        NDArray tensor = empty(manager, values.length, DataType.FLOAT32, shape);
        if (values.length > 0) {
            memory(tensor).asFloatBuffer().put(values);
        }
        return tensor;
    }

    private static NDArray empty(NDManager manager, int length, DataType type, long... shape) {
        Shape wanted = new Shape(shape);
        if (wanted.size() != length) {
            throw new IllegalArgumentException(
                    length + " values cannot be a tensor of shape " + Arrays.toString(shape));
        }
        return manager.create(wanted, type);
    }

    /** Returns the memory of a new CPU tensor, in place. Not to be used after the tensor is closed. */
    private static ByteBuffer memory(NDArray tensor) {
        ByteBuffer memory = tensor.toByteBuffer(true);
        if (!memory.isDirect()) {
            throw new IllegalStateException("libtorch handed out a copy of a CPU tensor's memory");
        }
        return memory.order(ByteOrder.nativeOrder());
    }
}
