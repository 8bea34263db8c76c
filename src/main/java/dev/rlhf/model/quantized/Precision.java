package dev.rlhf.model.quantized;

import dev.rlhf.tensor.Dtype;

/**
 * The number formats that a model computes and is stored in.
 *
 * @param compute dtype of activations and of frozen weights that are not quantised
 * @param linear storage of the body's linear layers, if they are frozen
 */
public record Precision(Dtype compute, Quantization linear) {
    /** Returns a precision without quantised weights. */
    public static Precision of(Dtype compute) {
        return new Precision(compute, Quantization.NONE);
    }
}
