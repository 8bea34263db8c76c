package dev.rlhf.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.Json;
import dev.rlhf.checkpoint.Safetensors;
import dev.rlhf.generate.Completion;
import dev.rlhf.generate.Generator;
import dev.rlhf.generate.Sampling;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import dev.rlhf.train.Gradients;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against transformers 4.57.6 on checkpoints with random weights; tolerances are the issue's. */
class GoldenModelTest {
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

    /** One case's folder: model, numbers, tensors. */
    private record Case(Path folder, JsonNode values, Safetensors tensors) {
        static Case of(String name) throws IOException {
            Path folder = GOLDEN.resolve(name);
            return new Case(
                    folder,
                    Json.mapper().readTree(folder.resolve("case.json").toFile()).path("values"),
                    Safetensors.open(folder.resolve("expected.safetensors")));
        }

        long[] longs(String name) {
            return tensors.load(torch, name, Dtype.INT64).toLongArray();
        }

        float[] floats(String name) {
            return tensors.load(torch, name, Dtype.FLOAT32).toFloatArray();
        }

        int rows(String name) {
            return (int) tensors.tensors().get(name).shape()[0];
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "gpt2_base_keys", "llama", "llama3_rope", "gpt_neox", "mistral", "qwen2", "qwen3"})
    void logitsOfPaddedBatches(String name) throws IOException {
        Case c = Case.of(name);
        try (CausalLm model = CausalLm.load(torch, c.folder(), Dtype.FLOAT32, false)) {
            for (String side : List.of("right", "left")) {
                long[] mask = c.longs("attention_mask_" + side);
                long[] ids = c.longs("input_ids_" + side);
                int rows = c.rows("input_ids_" + side);
                int[] segments = Arrays.stream(mask).mapToInt(m -> (int) m).toArray();
                Input input = side.equals("right")
                        ? Input.rightPadded(torch, ids, rows)
                        : Input.segmented(torch, ids, segments, rows);
                float[] logits = model.logits(input).toFloatArray();
                float[] expected = c.floats("logits_" + side);
                int vocab = model.config().vocabSize();
                for (int at = 0; at < mask.length; at++) {
                    for (int v = 0; v < vocab && mask[at] == 1; v++) {
                        assertThat(logits[at * vocab + v]).isCloseTo(expected[at * vocab + v], within(1e-4f));
                    }
                }
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "gpt2_base_keys", "llama", "llama3_rope", "gpt_neox", "mistral", "qwen2", "qwen3"})
    void gradientNormsOfEveryParameter(String name) throws IOException {
        Case c = Case.of(name);
        try (CausalLm model = CausalLm.load(torch, c.folder(), Dtype.FLOAT32, true)) {
            int rows = c.rows("input_ids_right");
            float loss = lossAndBackward(model, c.longs("input_ids_right"), c.longs("labels_right"), rows);
            assertThat((double) loss).isCloseTo(c.values().path("loss").asDouble(), within(1e-4));
            JsonNode norms = c.values().path("grad_norms");
            assertThat(norms.size()).isEqualTo(model.parameters().map().size());
            model.parameters().map().forEach((parameter, tensor) -> {
                double expected = norms.path(parameter).asDouble();
                assertThat((double) tensor.getGradient().norm().getFloat())
                        .as(parameter)
                        .isCloseTo(expected, within(1e-3 * expected + 1e-5));
            });
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "gpt2_base_keys", "llama", "llama3_rope", "gpt_neox", "mistral", "qwen2", "qwen3"})
    void tenStepsOfAdamW(String name) throws IOException {
        Case c = Case.of(name);
        try (CausalLm model = CausalLm.load(torch, c.folder(), Dtype.FLOAT32, true)) {
            JsonNode v = c.values();
            long[] allIds = c.longs("train_input_ids");
            long[] allLabels = c.longs("train_labels");
            int rows = (int) c.tensors().tensors().get("train_input_ids").shape()[1];
            int size = allIds.length / c.rows("train_input_ids");
            Map<String, NDArray> decayed = new LinkedHashMap<>();
            Map<String, NDArray> plain = new LinkedHashMap<>();
            model.parameters().map().forEach((n, p) -> (p.getShape().dimension() >= 2 ? decayed : plain).put(n, p));
            Group matrices = new Group(decayed.values(), 0.1);
            Group vectors = new Group(plain.values(), 0.0);
            List<NDArray> all = new ArrayList<>(decayed.values());
            all.addAll(plain.values());
            for (int step = 0; step < 10; step++) {
                int batch =
                        v.path("train_settings").path("batch_order").get(step).asInt();
                long[] ids = Arrays.copyOfRange(allIds, batch * size, (batch + 1) * size);
                long[] labels = Arrays.copyOfRange(allLabels, batch * size, (batch + 1) * size);
                float loss = lossAndBackward(model, ids, labels, rows);
                double expectedLoss = v.path("train_losses").get(step).asDouble();
                assertThat((double) loss)
                        .as("loss of step %s", step)
                        .isCloseTo(expectedLoss, within(1e-3 * expectedLoss));
                List<NDArray> gradients = all.stream().map(NDArray::getGradient).toList();
                double norm = Gradients.clip(torch, gradients, 1.0);
                double expectedNorm = v.path("train_grad_norms").get(step).asDouble();
                assertThat(norm).as("norm of step %s", step).isCloseTo(expectedNorm, within(1e-3 * expectedNorm));
                matrices.step(1e-3);
                vectors.step(1e-3);
                torch.kernels().invoke("zero_", gradients);
            }
            long[] ids = Arrays.copyOfRange(allIds, 0, size);
            float loss = lossAndBackward(model, ids, Arrays.copyOfRange(allLabels, 0, size), rows);
            double expected = v.path("train_final_loss").asDouble();
            assertThat((double) loss).isCloseTo(expected, within(1e-3 * expected));
        }
    }

    /** The kernel alone, without the optimizer class above it. */
    private static final class Group {
        private final List<NDArray> params;
        private final List<NDArray> m = new ArrayList<>();
        private final List<NDArray> v = new ArrayList<>();
        private final NDArray step = torch.floats(new float[] {0});
        private final double decay;

        Group(java.util.Collection<NDArray> params, double decay) {
            this.params = List.copyOf(params);
            this.decay = decay;
            for (NDArray p : params) {
                m.add(p.zerosLike());
                v.add(p.zerosLike());
            }
        }

        void step(double lr) {
            List<NDArray> gradients = params.stream().map(NDArray::getGradient).toList();
            torch.kernels().invoke("adamw", params, gradients, m, v, step, lr, 0.9, 0.95, decay, 1e-8);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "gpt2_base_keys", "llama", "llama3_rope", "gpt_neox", "mistral", "qwen2", "qwen3"})
    void greedyGenerationIsIdentical(String name) throws IOException {
        Case c = Case.of(name);
        try (CausalLm model = CausalLm.load(torch, c.folder(), Dtype.FLOAT32, false)) {
            List<int[]> prompts = prompts(c);
            int eos = c.values().path("gen_eos").asInt();
            Set<Integer> list = new HashSet<>();
            c.values().path("gen_eos_list").forEach(id -> list.add(id.asInt()));
            greedy(model, prompts, c, "gen_greedy", Set.of());
            greedy(model, prompts, c, "gen_greedy_eos", Set.of(eos));
            greedy(model, prompts, c, "gen_greedy_eos_list", list);
        }
    }

    private static void greedy(CausalLm model, List<int[]> prompts, Case c, String tensor, Set<Integer> stops) {
        long[] expected = c.longs(tensor);
        int width = expected.length / prompts.size();
        for (int batch : new int[] {3, 2, 1}) {
            List<Completion> got = new Generator(torch, model, batch).generate(prompts, Sampling.greedy(24, stops));
            for (int row = 0; row < prompts.size(); row++) {
                int[] ids = got.get(row).ids();
                for (int t = 0; t < ids.length; t++) {
                    assertThat((long) ids[t])
                            .as("%s row %s token %s", tensor, row, t)
                            .isEqualTo(expected[row * width + t]);
                }
                assertThat(ids.length).isEqualTo(length(expected, row, width, stops));
            }
        }
    }

    private static int length(long[] expected, int row, int width, Set<Integer> stops) {
        for (int t = 0; t < width; t++) {
            if (stops.contains((int) expected[row * width + t])) {
                return t + 1;
            }
        }
        return width;
    }

    private static List<int[]> prompts(Case c) {
        long[] ids = c.longs("gen_prompt_ids");
        long[] mask = c.longs("gen_prompt_mask");
        int rows = c.rows("gen_prompt_ids");
        int width = ids.length / rows;
        List<int[]> prompts = new ArrayList<>();
        for (int row = 0; row < rows; row++) {
            int from = row * width;
            int[] prompt = java.util.stream.IntStream.range(from, from + width)
                    .filter(at -> mask[at] == 1)
                    .map(at -> (int) ids[at])
                    .toArray();
            prompts.add(prompt);
        }
        return prompts;
    }

    /** Mean cross-entropy over labels that are not -100; labels stand at their own token, the model shifts. */
    private static float lossAndBackward(CausalLm model, long[] ids, long[] labels, int rows) {
        int width = ids.length / rows;
        List<Long> at = new ArrayList<>();
        List<Long> wanted = new ArrayList<>();
        for (int i = 0; i < ids.length; i++) {
            if (i % width != 0 && labels[i] != -100) {
                at.add(i - 1L);
                wanted.add(labels[i]);
            }
        }
        long[] places = at.stream().mapToLong(Long::longValue).toArray();
        long[] targets = wanted.stream().mapToLong(Long::longValue).toArray();
        try (Scope _ = new Scope()) {
            return Autograd.step(() -> {
                NDArray hidden = model.hidden(Input.rightPadded(torch, ids, rows), false);
                NDArray picked = torch.kernels().call("pick", hidden, torch.longs(places, places.length));
                NDList loss = model.crossEntropySum(picked, torch.longs(targets, targets.length), false);
                return loss.get(0).div(targets.length);
            });
        }
    }
}
