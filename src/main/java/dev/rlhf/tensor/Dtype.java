package dev.rlhf.tensor;

import ai.djl.ndarray.NDArray;
import java.util.Locale;

/**
 * The element types of tensors, with their names in safetensors and in Hugging Face's configs, and their numbers in
 * libtorch.
 */
public enum Dtype {
    BOOL("BOOL", 1, 11),
    UINT8("U8", 1, 0),
    INT32("I32", 4, 3),
    INT64("I64", 8, 4),
    FLOAT16("F16", 2, 5),
    BFLOAT16("BF16", 2, 15),
    FLOAT32("F32", 4, 6),
    FLOAT64("F64", 8, 7);

    private final String safetensors;
    private final int bytes;
    private final int scalarType;

    Dtype(String safetensors, int bytes, int scalarType) {
        this.safetensors = safetensors;
        this.bytes = bytes;
        this.scalarType = scalarType;
    }

    /** Returns the name in safetensors files: {@code F32}, {@code BF16}. */
    public String safetensors() {
        return safetensors;
    }

    /** Returns the number of bytes per element. */
    public int bytes() {
        return bytes;
    }

    /** Returns the {@code c10::ScalarType}, which kernels take as a dtype. */
    public int scalarType() {
        return scalarType;
    }

    /** Returns the name in config.json: {@code float32}, {@code bfloat16}. */
    public String hf() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** Returns a copy of {@code array} in this type; differentiable. DJL's own cast to bfloat16 would end the JVM. */
    public NDArray cast(Torch torch, NDArray array) {
        return torch.kernels().call("cast", array, scalarType);
    }
}
