package dev.rlhf.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.Json;
import dev.rlhf.model.lora.AdapterDropout;
import dev.rlhf.model.lora.LoraConfig;
import dev.rlhf.model.lora.ModulePattern;
import dev.rlhf.model.quantized.Precision;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import dev.rlhf.testing.Golden;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Gradient checkpointing computes the loss and the gradients of a plain pass, for every family. */
class CheckpointingTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/models");

    private static Torch torch;

    @BeforeAll
    static void open() {
        torch = Torch.open("cpu");
    }

    @AfterAll
    static void close() {
        torch.close();
    }

    /** Loss and gradients of two micro-batches, one after the other. */
    private record Result(List<Float> losses, Map<String, float[]> gradients) {
        void assertEquals(Result plain) {
            assertThat(losses).isEqualTo(plain.losses);
            assertThat(gradients.keySet()).isEqualTo(plain.gradients.keySet());
            double largest = gradients.values().stream()
                    .mapToDouble(CheckpointingTest::largest)
                    .max()
                    .orElseThrow();
            assertThat(largest).isPositive();
            gradients.forEach((name, actual) -> {
                float[] expected = plain.gradients.getOrDefault(name, new float[0]);
                double allowed = 1e-5 * largest(expected) + 1e-7 * largest;
                for (int i = 0; i < expected.length; i++) {
                    if (!(Math.abs(actual[i] - expected[i]) <= allowed)) { // so that NaN fails
                        assertThat(actual[i]).as(name + " " + i).isEqualTo(expected[i]);
                    }
                }
            });
        }
    }

    private static double largest(float[] values) {
        double largest = 0;
        for (float value : values) {
            largest = Math.max(largest, Math.abs(value));
        }
        return largest;
    }

    private static Result run(CausalLm model, boolean checkpointing, boolean dropout, Input... inputs) {
        model.gradientCheckpointing(checkpointing);
        torch.seed(7);
        List<Float> losses = new ArrayList<>();
        for (Input input : inputs) {
            int n = Math.toIntExact(input.ids().getShape().size());
            try (AdapterDropout _ = model.parameters().enableAdapterDropout();
                    Scope _ = new Scope()) {
                losses.add(Autograd.step(() -> {
                    NDArray hidden = model.hidden(input, dropout)
                            .reshape(n, model.config().hiddenSize());
                    return model.crossEntropySum(hidden, input.ids().reshape(n), false)
                            .get(0);
                }));
            }
        }
        Map<String, float[]> gradients = new LinkedHashMap<>();
        try (Scope _ = new Scope()) {
            model.parameters().trained().forEach((name, parameter) -> {
                NDArray gradient = parameter.getGradient();
                gradients.put(name, gradient.toFloatArray());
                torch.kernels().invoke("zero_", List.of(gradient));
            });
        }
        return new Result(losses, gradients);
    }

    private static Input rightPadded(Golden golden) {
        long[] ids = golden.longs("input_ids_right");
        return Input.rightPadded(torch, ids, (int) golden.shape("input_ids_right")[0]);
    }

    static List<String> cases() throws IOException {
        try (Stream<Path> folders = Files.list(GOLDEN)) {
            return folders.filter(folder -> Files.exists(folder.resolve("case.json")))
                    .map(folder -> folder.getFileName().toString())
                    .filter(name ->
                            !List.of("llama_dynamic", "phi3_longrope_long").contains(name)) // one row at a time
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void gradientsOfEveryFamilyEqualThoseOfAPlainPass(String name) {
        try (CausalLm model = CausalLm.load(torch, GOLDEN.resolve(name), Precision.of(Dtype.FLOAT32), true);
                Scope _ = new Scope()) {
            Input input = rightPadded(Golden.of("models/" + name));
            run(model, true, false, input).assertEquals(run(model, false, false, input));
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "gpt_neox", "llama"})
    void withMixedPrecision(String name) {
        try (CausalLm model = CausalLm.load(torch, GOLDEN.resolve(name), Precision.of(Dtype.BFLOAT16), true);
                Scope _ = new Scope()) {
            Input input = rightPadded(Golden.of("models/" + name));
            run(model, true, false, input).assertEquals(run(model, false, false, input));
        }
    }

    @Test
    void withSequencesPackedIntoOneRow() {
        try (CausalLm model =
                        CausalLm.load(torch, GOLDEN.resolve("mistral_window"), Precision.of(Dtype.FLOAT32), true);
                Scope _ = new Scope()) {
            long[] ids = {5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16};
            Input input = Input.packed(torch, ids, new int[] {7, 4, 1});
            run(model, true, false, input).assertEquals(run(model, false, false, input));
        }
    }

    /** The second micro-batch draws other numbers than the first, so both passes go through the same draws. */
    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "gpt_neox", "llama"})
    void dropoutMasksAreTheSameWhenComputedAgain(String name) throws IOException {
        ObjectNode config = (ObjectNode) Json.mapper()
                .readTree(GOLDEN.resolve(name).resolve("config.json").toFile());
        for (String key : List.of("attention_dropout", "hidden_dropout", "embd_pdrop", "attn_pdrop", "resid_pdrop")) {
            if (config.has(key)) {
                config.put(key, 0.3);
            }
        }
        try (CausalLm model = CausalLm.create(torch, Families.read(config, name), Dtype.FLOAT32, 1);
                Scope _ = new Scope()) {
            Input input = rightPadded(Golden.of("models/" + name));
            Result plain = run(model, false, true, input, input);
            assertThat(plain.losses.getFirst()).isNotEqualTo(plain.losses.getLast());
            run(model, true, true, input, input).assertEquals(plain);
        }
    }

    @ParameterizedTest
    @ValueSource(doubles = {0, 0.3})
    void withAdaptersOnTheUpperLayerOnly(double dropout) {
        ModulePattern upper = ModulePattern.of(List.of("model\\.layers\\.1\\..*(q_proj|down_proj)"));
        LoraConfig lora = LoraConfig.of(2, 4, dropout, false, upper, List.of());
        try (CausalLm model = CausalLm.adapt(torch, GOLDEN.resolve("llama"), Precision.of(Dtype.FLOAT32), lora, 1);
                Scope _ = new Scope()) {
            model.parameters()
                    .trained()
                    .values()
                    .forEach(adapter -> torch.kernels().invoke("full_", adapter, 0.1));
            Input input = rightPadded(Golden.of("models/llama"));
            Result plain = run(model, false, false, input, input);
            assertThat(plain.losses.getFirst().equals(plain.losses.getLast())).isEqualTo(dropout == 0);
            run(model, true, false, input, input).assertEquals(plain);
        }
    }

    @Test
    void withSelectedPositionsAndWithAScalarHead() {
        Path folder = Path.of("src/test/resources/golden/models/qwen3");
        try (ScalarModel model = ScalarModel.load(
                        torch, folder, Precision.of(Dtype.FLOAT32), true, ScalarModel.HeadInit.NORMAL, 1);
                Scope _ = new Scope()) {
            Input input = rightPadded(Golden.of("models/qwen3"));
            float[] plain = scalarGradients(model, input, false);
            float[] recomputed = scalarGradients(model, input, true);
            assertThat(largest(plain)).isPositive();
            assertThat(recomputed).containsExactly(plain);
        }
    }

    private static float[] scalarGradients(ScalarModel model, Input input, boolean checkpointing) {
        model.gradientCheckpointing(checkpointing);
        int width = (int) input.ids().getShape().get(1);
        try (Scope _ = new Scope()) {
            Autograd.step(() -> model.scores(input, new long[] {3, width + 2}).sum());
            Autograd.step(() -> model.values(input).sum());
            NDArray gradient = model.parameters()
                    .get("model.layers.0.mlp.down_proj.weight")
                    .getGradient();
            float[] values = gradient.toFloatArray();
            model.parameters()
                    .trained()
                    .values()
                    .forEach(each -> torch.kernels().invoke("zero_", List.of(each.getGradient())));
            return values;
        }
    }

    @ParameterizedTest
    @EnumSource(names = {"FLOAT32", "BFLOAT16"})
    void nothingIsRecomputedWithoutRecording(Dtype dtype) {
        try (CausalLm model = CausalLm.load(torch, GOLDEN.resolve("llama"), Precision.of(dtype), true);
                Scope _ = new Scope()) {
            Input input = rightPadded(Golden.of("models/llama"));
            float[] plain = logits(model, input);
            model.gradientCheckpointing(true);
            assertThat(logits(model, input)).containsExactly(plain);
        }
    }

    private static float[] logits(CausalLm model, Input input) {
        return Dtype.FLOAT32.cast(torch, model.logits(input)).toFloatArray();
    }

    @Test
    void aRecordedPassWithoutBackwardFails() {
        try (CausalLm model = CausalLm.load(torch, GOLDEN.resolve("llama"), Precision.of(Dtype.FLOAT32), true);
                Scope _ = new Scope()) {
            model.gradientCheckpointing(true);
            Input input = rightPadded(Golden.of("models/llama"));
            assertThatThrownBy(() -> Autograd.record(() -> model.hidden(input, false)))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("backward did not run");
        }
    }
}
