package dev.rlhf.model;

import static org.assertj.core.api.Assertions.assertThat;
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
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.TestDevice;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The kernels written for GPUs, run on the CPU, against the CPU's: logits, gradients, completions, written models. */
class GpuKernelsTest {
    private static final List<int[]> PROMPTS = List.of(
            new int[] {3, 4, 5, 6, 7}, new int[] {8}, new int[] {9, 10, 11}, new int[] {9, 10, 11}, new int[] {14, 15});

    @TempDir
    private Path folder;

    private static <T> T withKernels(boolean gpu, Function<Torch, T> work) {
        String before = System.getProperty(Torch.GPU_KERNELS, "false");
        System.setProperty(Torch.GPU_KERNELS, String.valueOf(gpu));
        try (Torch torch = TestDevice.open()) {
            assertThat(torch.gpuKernels()).isEqualTo(gpu || torch.onGpu());
            return work.apply(torch);
        } finally {
            System.setProperty(Torch.GPU_KERNELS, before);
        }
    }

    private Path model(String family) throws IOException {
        String[] parts = family.split("\\|");
        String type = parts[0].strip();
        Path to = folder.resolve(type);
        ObjectNode json = (ObjectNode) Json.mapper()
                .readTree("{\"model_type\": \"" + type
                        + "\", \"hidden_size\": 32, \"num_hidden_layers\": 2, \"num_attention_heads\": 4,"
                        + " \"num_key_value_heads\": 2, \"intermediate_size\": 48, \"max_position_embeddings\": 128,"
                        + " \"vocab_size\": 60, \"eos_token_id\": 1, \"initializer_range\": 0.2, \"pad_token_id\": null"
                        + (parts.length > 1 ? ", " + parts[1] : "") + "}");
        if (type.equals("gpt2") || type.equals("gpt_neox")) {
            json.remove(List.of("num_key_value_heads", "pad_token_id"));
        }
        if (type.equals("gpt2")) {
            json = (ObjectNode) Json.mapper()
                    .readTree("{\"model_type\": \"gpt2\", \"n_embd\": 32, \"n_layer\": 2,"
                            + " \"n_head\": 4, \"n_positions\": 128, \"vocab_size\": 60, \"eos_token_id\": 1}");
        }
        Files.createDirectories(to);
        ModelConfig config = Families.read(json, type);
        withKernels(false, torch -> {
            try (CausalLm made = CausalLm.create(torch, config, Dtype.FLOAT32, 3)) {
                // biases and norms start as zeros and ones, which would hide their order
                made.parameters().map().forEach((name, tensor) -> {
                    if (tensor.getShape().dimension() == 1) {
                        torch.kernels().invoke("normal_", tensor, 0.5);
                    }
                });
                made.write(to, Dtype.FLOAT32, ShardSize.standard());
                return made;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        return to;
    }

    /** A model that shares only a part of a body has other weights under the names of the rest. */
    @Test
    void aJoinedProductIsSharedOnlyIfAllItsWeightsAre() throws IOException {
        Path model = model("llama");
        withKernels(true, torch -> {
            List<String> names = Stream.of("q", "k", "v")
                    .map(part -> "model.layers.0.self_attn." + part + "_proj.weight")
                    .toList();
            LoadOptions frozen = LoadOptions.all(Dtype.FLOAT32, false);
            try (CausalLm lm = CausalLm.load(torch, model, Precision.of(Dtype.FLOAT32), false)) {
                Parameters base = lm.parameters();
                NDArray joined = base.joined().concatenated(names);
                assertThat(joined).isNotNull();
                ParametersBuilder own = base.sharing(names.subList(0, 2), frozen);
                own.add(names.getLast(), base.get(names.getLast()).duplicate());
                try (Parameters all = base.sharing(names, frozen).build();
                        Parameters some = own.build()) {
                    assertThat(all.joined().concatenated(names)).isSameAs(joined);
                    assertThat(some.joined().concatenated(names)).isNull();
                }
            }
            return model;
        });
    }

    /** Families that differ in norms, biases, windows, caps, projections or positions. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "llama",
                "llama | \"attention_bias\": true, \"mlp_bias\": true",
                "qwen2",
                "qwen3 | \"head_dim\": 8",
                "olmo2",
                "gemma2 | \"head_dim\": 8, \"sliding_window\": 8, \"query_pre_attn_scalar\": 8",
                "gemma3_text | \"head_dim\": 8, \"sliding_window\": 8, \"query_pre_attn_scalar\": 8",
                "phi3 | \"sliding_window\": 8",
                "gpt_neox | \"rotary_pct\": 0.5",
                "gpt2"
            })
    void logitsGradientsAndCompletionsAreTheCpus(String family) throws IOException {
        Path model = model(family);
        Map<String, float[]> expected = withKernels(false, torch -> results(torch, model));
        Map<String, float[]> found = withKernels(true, torch -> results(torch, model));
        assertThat(found.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, values) -> {
            double scale = 0;
            for (float value : values) {
                scale = Math.max(scale, Math.abs(value));
            }
            assertThat(found.get(name)).as(name).containsExactly(values, within((float) (1e-5 * scale + 1e-7)));
        });
    }

    private static Map<String, float[]> results(Torch torch, Path model) {
        Map<String, float[]> all = new LinkedHashMap<>();
        long[] ids = IntStream.range(0, 2 * 12).mapToLong(i -> 2 + i * 7 % 50).toArray();
        try (CausalLm frozen = CausalLm.load(torch, model, Precision.of(Dtype.FLOAT32), false);
                Scope _ = new Scope()) {
            all.put("logits", frozen.logits(Input.rightPadded(torch, ids, 2)).toFloatArray());
            all.put(
                    "packed",
                    frozen.logits(Input.packed(torch, ids, new int[] {7, 5, 7, 5}))
                            .toFloatArray());
            completions(torch, frozen, "frozen", all);
        }
        try (CausalLm trained = CausalLm.load(torch, model, Precision.of(Dtype.FLOAT32), true);
                Scope _ = new Scope()) {
            gradients(torch, trained, ids, all);
            completions(torch, trained, "trained", all);
        }
        return all;
    }

    private static void gradients(Torch torch, CausalLm model, long[] ids, Map<String, float[]> all) {
        NDArray labels = torch.longs(ids, ids.length);
        Autograd.step(() -> {
            NDArray hidden = model.hidden(Input.rightPadded(torch, ids, 2), false);
            return model.crossEntropySum(hidden.reshape(ids.length, -1), labels, false)
                    .getFirst();
        });
        model.parameters()
                .trained()
                .forEach((name, parameter) ->
                        all.put("gradient of " + name, parameter.getGradient().toFloatArray()));
    }

    /** Enough tokens to cross a block of the cache, and more rows than places. */
    private static void completions(Torch torch, CausalLm model, String name, Map<String, float[]> all) {
        for (double temperature : new double[] {0, 1}) {
            Sampling sampling = new Sampling(temperature, 0, 1, 40, Set.of(20, 21), 7);
            List<GeneratedCompletion> completions = new Generator(torch, model, 3).generate(PROMPTS, sampling);
            for (int i = 0; i < completions.size(); i++) {
                String key = "%s, temperature %s, row %d".formatted(name, temperature, i);
                int[] ids = completions.get(i).ids();
                float[] tokens = new float[ids.length];
                IntStream.range(0, ids.length).forEach(at -> tokens[at] = ids[at]);
                all.put(key, tokens);
                all.put(key + ", log-probabilities", completions.get(i).logprobs());
            }
        }
    }

    @Test
    void anAdapterAddsToJoinedWeightsAndWithoutItTheModelIsTheBase() throws IOException {
        Path model = model("llama");
        for (String modules : List.of("all-linear", "q_proj", "down_proj")) {
            LoraConfig lora = LoraConfig.of(2, 4, 0, false, ModulePattern.of(List.of(modules)), List.of());
            Function<Torch, Map<String, float[]>> results = torch -> {
                Map<String, float[]> all = new LinkedHashMap<>();
                long[] ids = {5, 6, 7, 8};
                try (CausalLm adapted = CausalLm.adapt(torch, model, Precision.of(Dtype.FLOAT32), lora, 1);
                        CausalLm base = adapted.withoutAdapters();
                        Scope _ = new Scope()) {
                    torch.seed(4);
                    adapted.parameters()
                            .trained()
                            .values()
                            .forEach(tensor -> torch.kernels().invoke("normal_", tensor, 0.3));
                    all.put(
                            "adapted",
                            adapted.logits(Input.rightPadded(torch, ids, 1)).toFloatArray());
                    all.put(
                            "base",
                            base.logits(Input.rightPadded(torch, ids, 1)).toFloatArray());
                    completions(torch, adapted, modules, all);
                }
                return all;
            };
            Map<String, float[]> expected = withKernels(false, results);
            Map<String, float[]> found = withKernels(true, results);
            expected.forEach((name, values) ->
                    assertThat(found.get(name)).as(modules + ": " + name).containsExactly(values, within(1e-4f)));
        }
    }

    @Test
    void onlyTrainedWeightsAreCopiedForGeneration() throws IOException {
        Path model = model("llama");
        LoraConfig lora = LoraConfig.of(2, 4, 0, false, ModulePattern.of(List.of("all-linear")), List.of());
        long[] bytes = withKernels(true, torch -> {
            try (CausalLm trained = CausalLm.load(torch, model, Precision.of(Dtype.BFLOAT16), true);
                    CausalLm adapted = CausalLm.adapt(torch, model, Precision.of(Dtype.BFLOAT16), lora, 1);
                    CausalLm frozen = CausalLm.load(torch, model, Precision.of(Dtype.BFLOAT16), false)) {
                return new long[] {trained.stepBytes(), adapted.stepBytes(), frozen.stepBytes()};
            }
        });
        assertThat(bytes[0]).isPositive();
        assertThat(bytes).endsWith(0, 0);
    }

    @Test
    void joinedWeightsAreSavedSeparately() throws IOException {
        Path model = model("qwen2");
        Path copy = Files.createDirectories(folder.resolve("copy"));
        withKernels(true, torch -> {
            try (CausalLm frozen = CausalLm.load(torch, model, Precision.of(Dtype.FLOAT32), false)) {
                frozen.write(copy, Dtype.FLOAT32, ShardSize.standard());
                return copy;
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        });
        assertThat(copy.resolve("model.safetensors")).hasSameBinaryContentAs(model.resolve("model.safetensors"));
    }
}
