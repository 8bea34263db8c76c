package dev.rlhf.model.quantized;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.DataType;
import dev.rlhf.base.InputException;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;

/**
 * The frozen weight of a linear layer in 8 or 4 bits, [out, in] even if the checkpoint stores [in, out]. {@code
 * kernels/quantized.torchscript} describes the tensors.
 */
public record QuantizedWeight(NDArray codes, NDArray scales, NDArray numbers) implements AutoCloseable {
    /** The code book of NF4 (Dettmers et al. 2023, appendix E): quantiles of N(0, 1), scaled to [-1, 1]. */
    @SuppressWarnings("FloatingPointLiteralPrecision") // as published
    private static final float[] NF4 = {
        -1.0f,
        -0.6961928009986877f,
        -0.5250730514526367f,
        -0.39491748809814453f,
        -0.28444138169288635f,
        -0.18477343022823334f,
        -0.09105003625154495f,
        0.0f,
        0.07958029955625534f,
        0.16093020141124725f,
        0.24611230194568634f,
        0.33791524171829224f,
        0.44070982933044434f,
        0.5626170039176941f,
        0.7229568362236023f,
        1.0f
    };

    /**
     * Quantises the weight of a linear layer.
     * @param wide the weight in fp32, [out, in], or [in, out] if {@code transposed}
     * @throws InputException if 4 bits are asked for and in is odd
     */
    public static QuantizedWeight of(Torch torch, Quantization format, NDArray wide, boolean transposed, String name) {
        try (Scope _ = new Scope()) {
            NDArray weight = transposed ? wide.transpose() : wide;
            if (format == Quantization.NF4 && weight.getShape().get(1) % 2 != 0) {
                throw new InputException("load_in_4bit: " + name + " has an odd number of inputs, "
                        + weight.getShape().get(1) + "; use load_in_8bit");
            }
            NDList parts = format == Quantization.INT8
                    ? torch.kernels().callAll("quantize_int8", weight)
                    : torch.kernels()
                            .callAll(
                                    "quantize_nf4",
                                    weight,
                                    torch.floats(NF4, NF4.length),
                                    torch.floats(DynamicMap.signed(), DynamicMap.SIZE));
            parts.forEach(NDScope::unregister);
            return new QuantizedWeight(parts.get(0), parts.get(1), parts.get(2));
        }
    }

    /** Returns the weight in {@code dtype}, a new tensor [out, in]. */
    public NDArray dequantized(Torch torch, Dtype dtype) {
        return torch.kernels().call("dequantized", codes, scales, numbers, dtype.scalarType());
    }

    /** Returns the number of scalars. */
    public long count() {
        return codes.getDataType() == DataType.UINT8 ? 2 * codes.size() : codes.size();
    }

    /** Returns the size of the tensors in bytes. */
    public long bytes() {
        return codes.size()
                + numbers.size() * Float.BYTES
                + scales.size() * (scales.getDataType() == DataType.UINT8 ? 1 : Float.BYTES);
    }

    @Override
    public void close() {
        codes.close();
        scales.close();
        numbers.close();
    }
}
