package dev.rlhf.checkpoint;

import dev.rlhf.tensor.Dtype;

/**
 * An entry of a safetensors header.
 *
 * @param begin the first byte, counted from the end of the header
 * @param end one past the last byte
 */
public record TensorInfo(String name, Dtype dtype, long[] shape, long begin, long end) {
    /** Returns the number of bytes. */
    long length() {
        return end - begin;
    }

    /** Returns whether shape and dtype agree with the number of bytes. */
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
