package dev.rlhf.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.checkpoint.ShardSize;
import dev.rlhf.generate.GeneratedCompletion;
import dev.rlhf.generate.Generator;
import dev.rlhf.generate.Sampling;
import dev.rlhf.model.lora.LoraConfig;
import dev.rlhf.model.lora.ModulePattern;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.model.quantized.Quantization;
import dev.rlhf.model.quantized.QuantizedWeight;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.FlatGradients;
import dev.rlhf.testing.TestDevice;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

/** A model with quantised weights computes what a plain model with the dequantised weights computes. */
class QuantizedModelTest {
    private static final LoraConfig LORA =
            LoraConfig.of(2, 4, 0, false, ModulePattern.of(List.of("all-linear")), List.of());
    private static final long[] IDS =
            IntStream.range(0, 2 * 12).mapToLong(i -> 2 + i * 7 % 50).toArray();

    @TempDir
    private Path folder;

    private static Torch open(boolean gpuKernels) {
        String before = System.getProperty(Torch.GPU_KERNELS, "false");
        System.setProperty(Torch.GPU_KERNELS, String.valueOf(gpuKernels));
        try {
            return TestDevice.open();
        } finally {
            System.setProperty(Torch.GPU_KERNELS, before);
        }
    }

    private Path model(Torch torch, String family) throws IOException {
        String[] parts = family.split("\\|");
        String type = parts[0].strip();
        ObjectNode json = (ObjectNode) Json.mapper()
                .readTree("{\"model_type\": \"" + type
                        + "\", \"hidden_size\": 64, \"num_hidden_layers\": 2, \"num_attention_heads\": 4,"
                        + " \"num_key_value_heads\": 2, \"intermediate_size\": 48, \"max_position_embeddings\": 128,"
                        + " \"vocab_size\": 60, \"eos_token_id\": 1, \"initializer_range\": 0.1"
                        + (parts.length > 1 ? ", " + parts[1] : "") + "}");
        if (type.equals("gpt_neox")) {
            json.remove("num_key_value_heads");
        }
        if (type.equals("gpt2")) {
            json = (ObjectNode) Json.mapper()
                    .readTree("{\"model_type\": \"gpt2\", \"n_embd\": 64, \"n_layer\": 2,"
                            + " \"n_head\": 4, \"n_positions\": 128, \"vocab_size\": 60, \"eos_token_id\": 1}");
        }
        Path to = Files.createDirectories(folder.resolve(type));
        try (CausalLm made = CausalLm.create(torch, Families.read(json, type), Dtype.FLOAT32, 3)) {
            made.parameters().map().forEach((name, tensor) -> {
                if (tensor.getShape().dimension() == 1) {
                    torch.kernels().invoke("normal_", tensor, 0.5); // biases start as zeros
                }
            });
            made.write(to, Dtype.FLOAT32, ShardSize.standard());
        }
        return to;
    }

    /** Writes a checkpoint with the dequantised values of the linear layers. */
    private Path dequantized(Torch torch, Path model, Quantization format) throws IOException {
        Path to = Files.createDirectories(folder.resolve("dequantized"));
        try (CausalLm quantized = CausalLm.load(torch, model, new Precision(Dtype.FLOAT32, format), false);
                CausalLm plain = CausalLm.load(torch, model, Precision.of(Dtype.FLOAT32), true);
                Scope _ = new Scope()) {
            int found = 0;
            for (String name : plain.parameters().map().keySet()) {
                QuantizedWeight weight = quantized.parameters().quantized(name);
                if (weight != null) {
                    NDArray values = weight.dequantized(torch, Dtype.FLOAT32);
                    boolean transposed = plain.config().storesTransposed();
                    torch.kernels()
                            .invoke("assign", plain.parameters().get(name), transposed ? values.transpose() : values);
                    found++;
                }
            }
            assertThat(found).isEqualTo(plain.config().linearModules().size());
            plain.write(to, Dtype.FLOAT32, ShardSize.standard());
        }
        return to;
    }

    static Stream<Arguments> cases() {
        return Stream.of(
                        "llama",
                        "llama | \"attention_bias\": true, \"mlp_bias\": true",
                        "qwen3 | \"head_dim\": 8",
                        "gemma2 | \"head_dim\": 8, \"sliding_window\": 8, \"query_pre_attn_scalar\": 8",
                        "phi3 | \"pad_token_id\": null",
                        "gpt_neox | \"rotary_pct\": 0.5",
                        "gpt2")
                .flatMap(family -> Stream.of(Quantization.INT8, Quantization.NF4)
                        .flatMap(format -> Stream.of(false, true).map(gpu -> Arguments.of(family, format, gpu))));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void equalsThePlainModelWithTheDequantisedWeights(String family, Quantization format, boolean gpuKernels)
            throws IOException {
        try (Torch torch = open(gpuKernels)) {
            Path model = model(torch, family);
            Path plain = dequantized(torch, model, format);
            Map<String, float[]> expected = results(torch, plain, Quantization.NONE);
            Map<String, float[]> found = results(torch, model, format);
            assertThat(FlatGradients.distance(gradients(found), gradients(expected)))
                    .as("gradients")
                    .isLessThan(1e-5);
            expected.forEach((name, values) -> {
                double scale = 0;
                for (float value : values) {
                    scale = Math.max(scale, Math.abs(value));
                }
                assertThat(found.get(name)).as(name).containsExactly(values, within((float) (1e-5 * scale + 1e-7)));
            });
        }
    }

    private static float[] gradients(Map<String, float[]> results) {
        float[] gradients = results.get("gradients");
        assertThat(gradients).isNotNull();
        return gradients == null ? new float[0] : gradients;
    }

    private static Map<String, float[]> results(Torch torch, Path model, Quantization format) {
        Map<String, float[]> all = new LinkedHashMap<>();
        Precision precision = new Precision(Dtype.FLOAT32, format);
        try (CausalLm frozen = CausalLm.load(torch, model, precision, false);
                CausalLm adapted = CausalLm.adapt(torch, model, precision, LORA, 1);
                CausalLm base = adapted.withoutAdapters();
                Scope _ = new Scope()) {
            fill(torch, adapted.parameters());
            all.put("frozen", frozen.logits(input(torch)).toFloatArray());
            all.put("base", base.logits(input(torch)).toFloatArray());
            all.put("adapted", adapted.logits(input(torch)).toFloatArray());
            Autograd.step(() -> loss(torch, adapted));
            all.put("gradients", FlatGradients.take(torch, adapted.parameters()));
            completions(torch, frozen, "frozen", all);
            completions(torch, adapted, "adapted", all);
        }
        return all;
    }

    private static Input input(Torch torch) {
        return Input.rightPadded(torch, IDS, 2);
    }

    private static NDArray loss(Torch torch, CausalLm model) {
        NDArray hidden = model.hidden(input(torch), false).reshape(IDS.length, -1);
        return model.crossEntropySum(hidden, torch.longs(IDS, IDS.length), false)
                .get(0);
    }

    /** Gives all adapters numbers; their matrices B start at zero. */
    private static void fill(Torch torch, Parameters parameters) {
        torch.seed(4);
        parameters.trained().values().forEach(tensor -> torch.kernels().invoke("normal_", tensor, 0.1));
    }

    /** With enough steps for a copy of the weights, and with too few. */
    private static void completions(Torch torch, CausalLm model, String name, Map<String, float[]> all) {
        for (int tokens : new int[] {5, 40}) {
            Sampling sampling = new Sampling(1, 0, 1, tokens, Set.of(1), 7);
            List<int[]> prompts = List.of(new int[] {3, 4, 5}, new int[] {8}, new int[] {9, 10}, new int[] {9, 10});
            List<GeneratedCompletion> completions = new Generator(torch, model, 4).generate(prompts, sampling);
            for (int i = 0; i < completions.size(); i++) {
                all.put(
                        "%s, %d tokens, row %d".formatted(name, tokens, i),
                        completions.get(i).logprobs());
            }
        }
    }

    /** Backward would otherwise keep every dequantised weight. */
    @ParameterizedTest
    @EnumSource(names = {"INT8", "NF4"})
    void backwardComputesEachLayerAgain(Quantization format) throws IOException {
        try (Torch torch = open(false);
                CausalLm model =
                        CausalLm.adapt(torch, model(torch, "llama"), new Precision(Dtype.FLOAT32, format), LORA, 1);
                Scope _ = new Scope()) {
            assertThatThrownBy(() -> Autograd.record(() -> model.hidden(input(torch), false)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("backward did not run");
        }
    }

    /** A frozen adapter stays beside the weights that it was trained on. */
    @Test
    void anAdapterIsNotMergedIntoQuantisedWeights() throws IOException {
        Path adapter = Files.createDirectories(folder.resolve("adapter"));
        Precision precision = new Precision(Dtype.FLOAT32, Quantization.NF4);
        try (Torch torch = open(false);
                CausalLm trained = CausalLm.adapt(torch, model(torch, "llama"), precision, LORA, 1);
                Scope _ = new Scope()) {
            fill(torch, trained.parameters());
            trained.write(adapter, Dtype.FLOAT32, ShardSize.standard());
            float[] expected = trained.logits(input(torch)).toFloatArray();
            try (CausalLm frozen = CausalLm.load(torch, adapter, precision, false);
                    CausalLm resumed = CausalLm.load(torch, adapter, precision, true)) {
                assertThat(frozen.logits(input(torch)).toFloatArray()).containsExactly(expected);
                assertThat(frozen.parameters().trainedCount()).isZero();
                assertThat(resumed.logits(input(torch)).toFloatArray()).containsExactly(expected);
                assertThat(resumed.parameters().trainedCount())
                        .isEqualTo(trained.parameters().trainedCount());
            }
        }
    }

    @Test
    void parametersAreCountedUnquantisedAndMeasuredAsStored() throws IOException {
        try (Torch torch = open(false)) {
            Path folder = model(torch, "llama");
            // per layer q and o of 64 x 64, k and v of 32 x 64, gate and up of 48 x 64, down of 64 x 48
            long linear = 2 * (2 * 64 * 64 + 2 * 32 * 64 + 3 * 48 * 64);
            long rows = 2 * (64 + 64 + 32 + 32 + 48 + 48 + 64);
            long blocks = linear / 64;
            long numbers = 2L * 7 * (512 + 256 + 1 + 1);
            try (CausalLm plain = CausalLm.load(torch, folder, Precision.of(Dtype.BFLOAT16), false);
                    CausalLm eight =
                            CausalLm.load(torch, folder, new Precision(Dtype.BFLOAT16, Quantization.INT8), false);
                    CausalLm four =
                            CausalLm.load(torch, folder, new Precision(Dtype.BFLOAT16, Quantization.NF4), false)) {
                long count = plain.parameters().count();
                assertThat(eight.parameters().count()).isEqualTo(count);
                assertThat(four.parameters().count()).isEqualTo(count);
                long rest = 2 * (count - linear);
                assertThat(plain.parameters().sizes().frozenBytes()).isEqualTo(rest + 2 * linear);
                assertThat(eight.parameters().sizes().frozenBytes()).isEqualTo(rest + linear + 4 * rows);
                assertThat(four.parameters().sizes().frozenBytes()).isEqualTo(rest + linear / 2 + blocks + 4 * numbers);
                assertThat(four.parameters().sizes().frozenLoadedBytes())
                        .isEqualTo(four.parameters().sizes().frozenBytes());
            }
        }
    }

    @Test
    void aQuantisedModelCannotBeSaved() throws IOException {
        try (Torch torch = open(false);
                CausalLm model = CausalLm.load(
                        torch, model(torch, "gpt2"), new Precision(Dtype.FLOAT32, Quantization.INT8), false)) {
            assertThatThrownBy(() -> model.write(folder, Dtype.FLOAT32, ShardSize.standard()))
                    .isInstanceOf(IllegalStateException.class);
        }
    }
}
