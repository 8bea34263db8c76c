package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.types.Shape;
import dev.rlhf.tensor.Torch;

/**
 * A parameter of a model: its name in Hugging Face's checkpoints, its shape, and its initial values.
 *
 * @param std standard deviation of normally distributed values with mean 0; 0: filled with {@code fill}
 * @param shape as stored: of a linear layer [out, in], or [in, out] in GPT-2
 */
record ParameterSpec(String name, double std, float fill, long... shape) {
    /** A parameter that starts with normally distributed values. */
    static ParameterSpec normal(String name, double std, long... shape) {
        return new ParameterSpec(name, std, 0, shape);
    }

    /** A parameter that starts with zeros, such as a bias. */
    static ParameterSpec zeros(String name, long... shape) {
        return new ParameterSpec(name, 0, 0, shape);
    }

    /** A parameter that starts with ones, such as the weight of a norm. */
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
