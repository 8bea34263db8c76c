package dev.rlhf.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.CounterRng;
import dev.rlhf.base.Json;
import dev.rlhf.tensor.Autograd;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Losses and log-probabilities in chunks of the vocabulary's logits equal those of all logits at once. */
class LogitChunkTest {
    private static final int V = 60_000;
    private static final int ROWS = 3;
    private static final int WIDTH = 100;

    private static Torch torch;

    @BeforeAll
    static void open() {
        torch = Torch.open("cpu");
    }

    @AfterAll
    static void close() {
        torch.close();
    }

    private static CausalLm model(String type, boolean tied) {
        ObjectNode json = Json.mapper().createObjectNode().put("model_type", type);
        json.put("hidden_size", 8).put("num_hidden_layers", 1).put("num_attention_heads", 2);
        json.put("num_key_value_heads", 2).put("head_dim", 4).put("intermediate_size", 8);
        json.put("max_position_embeddings", 128).put("vocab_size", V).put("tie_word_embeddings", tied);
        json.putNull("pad_token_id");
        CausalLm model = CausalLm.create(torch, Families.read(json, type), Dtype.FLOAT32, 1);
        torch.kernels().invoke("normal_", model.head(), 1.0); // so that probabilities differ
        return model;
    }

    private static long[] ids(int n) {
        return LongStream.range(0, n)
                .map(i -> Math.floorMod(CounterRng.hash(i), (long) V))
                .toArray();
    }

    private static NDArray hidden(CausalLm model, long[] ids, int rows) {
        return model.hidden(Input.rightPadded(torch, ids, rows), false).reshape(ids.length, 8);
    }

    private static Map<String, float[]> takeGradients(CausalLm model) {
        Map<String, float[]> gradients = new LinkedHashMap<>();
        try (Scope _ = new Scope()) {
            model.parameters().trained().forEach((name, parameter) -> {
                NDArray gradient = parameter.getGradient();
                gradients.put(name, gradient.toFloatArray());
                torch.kernels().invoke("zero_", List.of(gradient));
            });
        }
        return gradients;
    }

    private static void assertClose(Map<String, float[]> actual, Map<String, float[]> expected) {
        assertThat(actual.keySet()).isEqualTo(expected.keySet());
        expected.forEach((name, values) -> {
            float[] own = actual.getOrDefault(name, new float[0]);
            float largest = 0;
            for (float value : values) {
                largest = Math.max(largest, Math.abs(value));
            }
            assertThat(largest).as(name).isPositive();
            for (int i = 0; i < values.length; i++) {
                if (!(Math.abs(own[i] - values[i]) <= 1e-5f * largest)) { // so that NaN fails
                    assertThat(own[i]).as(name + " " + i).isEqualTo(values[i]);
                }
            }
        });
    }

    @Test
    void chunksAreOfSixtyFourMebibytesOnACpu() {
        assertThat(LogitChunk.of(torch, V, 300)).containsExactly(new LogitChunk(0, 279), new LogitChunk(279, 300));
        assertThat(LogitChunk.of(torch, V, 279)).containsExactly(new LogitChunk(0, 279));
        assertThat(LogitChunk.of(torch, V, 0)).isEmpty();
        assertThat(LogitChunk.of(torch, 1 << 30, 2)).containsExactly(new LogitChunk(0, 1), new LogitChunk(1, 2));
    }

    @ParameterizedTest
    @CsvSource({"llama, true, false", "llama, false, true", "gemma2, true, true"})
    void crossEntropyStepHasTheGradientsOfAllLogitsAtOnce(String type, boolean tied, boolean checkpointing) {
        long[] ids = ids(ROWS * WIDTH);
        try (CausalLm model = model(type, tied)) {
            CrossEntropy whole;
            try (Scope _ = new Scope()) {
                NDArray labels = torch.longs(ids, ids.length);
                whole = CrossEntropy.read(Autograd.step(
                        () -> model.crossEntropySum(hidden(model, ids, ROWS), labels, true),
                        sums -> torch.kernels().call("div", sums.get(0), 17.0)));
            }
            Map<String, float[]> expected = takeGradients(model);
            model.gradientCheckpointing(checkpointing);
            CrossEntropy chunked = step(model, ids, ROWS);
            assertThat(chunked.loss()).isCloseTo(whole.loss(), within(1e-6 * whole.loss()));
            assertThat(chunked.correct()).isEqualTo(whole.correct());
            assertThat(chunked.entropy()).isCloseTo(whole.entropy(), within(1e-6 * whole.entropy()));
            assertClose(takeGradients(model), expected);
            try (Scope _ = new Scope()) {
                CrossEntropy evaluated =
                        model.crossEntropy(hidden(model, ids, ROWS), torch.longs(ids, ids.length), true);
                assertThat(evaluated.loss()).isCloseTo(whole.loss(), within(1e-6 * whole.loss()));
                assertThat(evaluated.correct()).isEqualTo(whole.correct());
            }
        }
    }

    private static CrossEntropy step(CausalLm model, long[] ids, int rows) {
        try (Scope _ = new Scope()) {
            return Autograd.record(
                    () -> model.crossEntropyStep(hidden(model, ids, rows), torch.longs(ids, ids.length), true, 17.0));
        }
    }

    @Test
    void oneChunkEqualsUnchunkedLogitsBitForBit() {
        long[] ids = ids(WIDTH);
        try (CausalLm model = model("llama", true)) {
            CrossEntropy whole;
            try (Scope _ = new Scope()) {
                NDArray labels = torch.longs(ids, ids.length);
                whole = CrossEntropy.read(Autograd.step(
                        () -> model.crossEntropySum(hidden(model, ids, 1), labels, true),
                        sums -> torch.kernels().call("div", sums.get(0), 17.0)));
            }
            Map<String, float[]> expected = takeGradients(model);
            assertThat(step(model, ids, 1)).isEqualTo(whole);
            takeGradients(model).forEach((name, own) -> assertThat(own).isEqualTo(expected.get(name)));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void tokenLogprobsHaveTheValuesAndGradientsOfAllLogitsAtOnce(boolean checkpointing) {
        long[] ids = ids(ROWS * WIDTH);
        try (CausalLm model = model("gemma2", true)) {
            NDList whole;
            float[][] expected = new float[2][];
            try (Scope _ = new Scope()) {
                NDArray labels = torch.longs(ids, ids.length);
                whole = Autograd.step(
                        () -> torch.kernels()
                                .callAll(
                                        "token_logprobs",
                                        hidden(model, ids, ROWS),
                                        model.head(),
                                        model.config().logitCap(),
                                        labels,
                                        0.7),
                        both -> both.get(0).mul(both.get(0)).sum());
                expected[0] = whole.get(0).toFloatArray();
                expected[1] = whole.get(1).toFloatArray();
            }
            Map<String, float[]> gradients = takeGradients(model);
            model.gradientCheckpointing(checkpointing);
            try (Scope _ = new Scope()) {
                NDArray labels = torch.longs(ids, ids.length);
                NDList chunked = Autograd.step(
                        () -> model.tokenLogprobs(hidden(model, ids, ROWS), labels, 0.7),
                        both -> both.get(0).mul(both.get(0)).sum());
                assertThat(chunked.get(0).toFloatArray()).containsExactly(expected[0], within(1e-5f));
                assertThat(chunked.get(1).toFloatArray()).containsExactly(expected[1], within(1e-5f));
                NDList scored = model.tokenLogprobs(hidden(model, ids, ROWS), labels, 0.7);
                assertThat(scored.get(0).toFloatArray()).containsExactly(expected[0], within(1e-5f));
            }
            assertClose(takeGradients(model), gradients);
        }
    }
}
