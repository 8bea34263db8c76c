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

    /** Bytes. */
    long length() {
        return end - begin;
    }

    /** Whether shape and type need just as many bytes as there are. */
    boolean isConsistent() {
        long expected = dtype.bytes();
        for (long size : shape) {
            if (size < 0 || Math.multiplyHigh(expected, size) != 0 || expected * size < 0) {
                return false;
            }
            expected *= size;
        }
        return expected == length();
    }
}
