package dev.rlhf.checkpoint;

import dev.rlhf.tensor.Dtype;
import java.util.Arrays;

/**
 * One entry of a safetensors header.
 *
 * @param begin first byte, counted from the end of the header
 * @param end one past the last byte
 */
public record TensorInfo(String name, Dtype dtype, long[] shape, long begin, long end) {
    /** {@code [3, 4]}, as people write shapes. */
    public String shapeText() {
        return Arrays.toString(shape);
    }

    long elements() {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }
}
