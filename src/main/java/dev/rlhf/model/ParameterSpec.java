package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.rlhf.tensor.Torch;

/**
 * A parameter of a model: its name in Hugging Face's checkpoints, its shape, and its initial values.
 *
 * @param std standard deviation of normally distributed values; 0: filled with {@code fill}
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

    /** Makes the parameter's tensor for a new model, in fp32; a seed gives the same values on every device. */
    NDArray initialise(Torch torch) {
        NDArray tensor = torch.manager().zeros(new Shape(shape));
        if (std > 0) {
            torch.kernels().invoke("normal_", tensor, std);
        } else if (fill != 0) {
            torch.kernels().invoke("full_", tensor, fill);
        }
        return tensor;
    }
}
