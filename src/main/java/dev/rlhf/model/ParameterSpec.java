package dev.rlhf.model;

import java.util.Arrays;

/**
 * A parameter that a family has: its HF name, shape, and how a new model starts.
 *
 * @param std standard deviation of a normal start; 0: filled with {@code fill}
 */
record ParameterSpec(String name, double std, float fill, long... shape) {
    static ParameterSpec normal(String name, double std, long... shape) {
        return new ParameterSpec(name, std, 0, shape);
    }

    static ParameterSpec zeros(String name, long... shape) {
        return new ParameterSpec(name, 0, 0, shape);
    }

    static ParameterSpec ones(String name, long... shape) {
        return new ParameterSpec(name, 0, 1, shape);
    }

    long size() {
        return Arrays.stream(shape).reduce(1, Math::multiplyExact);
    }
}
