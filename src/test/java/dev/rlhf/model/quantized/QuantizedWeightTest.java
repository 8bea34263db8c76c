package dev.rlhf.model.quantized;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import dev.rlhf.base.InputException;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.testing.EngineTest;
import dev.rlhf.testing.Golden;
import dev.rlhf.testing.Worst;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

class QuantizedWeightTest extends EngineTest {
    private static final Golden GOLDEN = Golden.of("quantized");

    private static float[] dequantized(Quantization format, NDArray weight, boolean transposed) {
        try (Scope _ = new Scope();
                QuantizedWeight quantized = QuantizedWeight.of(torch, format, weight, transposed, "w")) {
            assertThat(quantized.count()).isEqualTo(weight.size());
            NDArray wide = quantized.dequantized(torch, Dtype.FLOAT32);
            return (transposed ? wide.transpose() : wide).toFloatArray();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"square", "two_blocks_of_scales", "last_block_not_full"})
    void valuesAreThoseOfBitsandbytes(String matrix) {
        try (Scope _ = new Scope()) {
            NDArray weight = GOLDEN.tensor(torch, matrix + ".w");
            compare(dequantized(Quantization.NF4, weight, false), matrix + ".nf4");
            compare(dequantized(Quantization.INT8, weight, false), matrix + ".int8");
        }
    }

    private static void compare(float[] actual, String tensor) {
        float[] expected = GOLDEN.floats(tensor);
        assertThat(actual).hasSameSizeAs(expected);
        try (Worst worst = GOLDEN.worst(tensor, 0, 1e-6)) {
            for (int i = 0; i < expected.length; i++) {
                worst.add(actual[i], expected[i]);
            }
        }
    }

    @Test
    void theMapOfScalesEqualsBitsandbytes() {
        assertMap(DynamicMap.signed(), "dynamic_map");
    }

    @Test
    void theMapOfSecondMomentsEqualsBitsandbytes() {
        assertMap(DynamicMap.unsigned(), "unsigned_map");
    }

    private static void assertMap(float[] map, String tensor) {
        float[] expected = GOLDEN.floats(tensor);
        assertThat(map).hasSameSizeAs(expected);
        for (int i = 0; i < expected.length; i++) {
            assertThat((double) map[i]).isCloseTo(expected[i], within(1e-6 * Math.abs(expected[i])));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INT8", "NF4"})
    void aTransposedWeightIsQuantisedByItsOutputs(Quantization format) {
        try (Scope _ = new Scope()) {
            NDArray weight = GOLDEN.tensor(torch, "two_blocks_of_scales.w");
            float[] stored = dequantized(format, weight.transpose().duplicate(), true);
            assertThat(torch.floats(stored, 128, 136).transpose().toFloatArray())
                    .containsExactly(dequantized(format, weight, false));
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"INT8", "NF4"})
    void zerosStayZeros(Quantization format) {
        try (Scope _ = new Scope()) {
            assertThat(dequantized(format, torch.floats(new float[3 * 64], 3, 64), false))
                    .containsOnly(0);
        }
    }

    /** 17,408 weights: 272 blocks of 64, 2 blocks of scales; 769 numbers are constants. */
    @ParameterizedTest
    @CsvSource({"INT8, 17952", "NF4, 12060"})
    void bytesAreThoseOfTheTensors(Quantization format, long bytes) {
        try (Scope _ = new Scope();
                QuantizedWeight quantized =
                        QuantizedWeight.of(torch, format, GOLDEN.tensor(torch, "two_blocks_of_scales.w"), false, "w")) {
            assertThat(quantized.bytes()).isEqualTo(bytes);
        }
    }

    @Test
    void fourBitsNeedAnEvenWidth() {
        try (Scope _ = new Scope()) {
            NDArray weight = torch.floats(new float[6], 2, 3);
            assertThatThrownBy(() -> QuantizedWeight.of(torch, Quantization.NF4, weight, false, "layer.weight"))
                    .isInstanceOf(InputException.class)
                    .hasMessage("load_in_4bit: layer.weight has an odd number of inputs, 3; use load_in_8bit");
        }
    }
}
