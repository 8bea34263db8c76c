package dev.rlhf.generate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import ai.djl.ndarray.NDArray;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.CounterRng;
import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.checkpoint.Safetensors;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Scope;
import dev.rlhf.testing.EngineTest;
import dev.rlhf.testing.Golden;
import dev.rlhf.testing.Worst;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Compares distributions with those of transformers' logits processors (tools/golden/samplers.py). */
class SamplersTest extends EngineTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/samplers");

    private static int[] ints(JsonNode node) {
        int[] all = new int[node.size()];
        Arrays.setAll(all, i -> node.get(i).asInt());
        return all;
    }

    private static Sampling sampling(JsonNode s, Set<Integer> stops) {
        List<List<Integer>> badWords = new ArrayList<>();
        s.path("bad_words")
                .forEach(word -> badWords.add(Arrays.stream(ints(word)).boxed().toList()));
        LogitRules rules = new LogitRules(
                s.path("repetition_penalty").asDouble(1),
                s.path("presence_penalty").asDouble(0),
                s.path("frequency_penalty").asDouble(0),
                badWords,
                s.path("min_new_tokens").asInt(0));
        return new Sampling(
                s.path("temperature").asDouble(1),
                s.path("top_k").asInt(0),
                s.path("top_p").asDouble(1),
                s.path("min_p").asDouble(0),
                20,
                stops,
                0,
                rules);
    }

    /** Returns the distribution [B, V] that a draw at temperature > 0 samples from, not normalised. */
    private NDArray probabilities(List<Row> rows, NDArray logits, Sampling sampling) {
        List<NDArray> processed = Sampler.processed(torch, rows, logits, sampling.rules());
        NDArray source = processed.isEmpty() ? logits : processed.getFirst();
        NDArray p = torch.kernels().call("probabilities", source, sampling.temperature());
        return torch.kernels().call("truncated", p, sampling.topK(), sampling.topP(), sampling.minP());
    }

    /** Returns a row with {@code completion} after {@code prompt}. */
    private static Row row(int[] prompt, int[] completion, Sampling sampling) {
        Row row = new Row(0, 0, prompt, sampling, (index, token) -> true);
        for (int token : completion) {
            row.add(token, 0);
        }
        return row;
    }

    @Test
    void distributionsEqualThoseOfTransformers() throws IOException {
        Golden golden = Golden.of("samplers");
        JsonNode c = Json.mapper().readTree(GOLDEN.resolve("case.json").toFile());
        Set<Integer> stops = new HashSet<>();
        c.path("stop_ids").forEach(id -> stops.add(id.asInt()));
        try (Safetensors tensors = Safetensors.open(GOLDEN.resolve("expected.safetensors"));
                Worst worst = golden.worst("probabilities", 0, 1e-6)) {
            NDArray logits = tensors.load(torch, "logits", Dtype.FLOAT32);
            NDArray expected = tensors.load(torch, "probabilities", Dtype.FLOAT32);
            for (int i = 0; i < c.path("settings").size(); i++) {
                JsonNode settings = c.path("settings").get(i);
                Sampling sampling = sampling(settings, stops);
                Row row = row(ints(c.path("prompt")), ints(c.path("completion")), sampling);
                float[] got = probabilities(List.of(row), logits.get(i + ":" + (i + 1)), sampling)
                        .toFloatArray();
                float[] want = expected.get(i).toFloatArray();
                double sum = 0;
                for (float p : got) {
                    sum += p;
                }
                for (int v = 0; v < want.length; v++) {
                    worst.add(got[v] / sum, want[v]);
                }
            }
        }
    }

    @Test
    void drawsHaveTheFrequenciesOfTheirDistribution() {
        float[] logits = {1, 0.5f, 0, -0.5f, -1, -3, 2, 0.1f};
        Sampling sampling = new Sampling(0.8, 6, 0.9, 20, Set.of(), 0).withMinP(0.12);
        int draws = 40_000;
        float[] rows = new float[draws * logits.length];
        long[] u = new long[draws];
        for (int i = 0; i < draws; i++) {
            System.arraycopy(logits, 0, rows, i * logits.length, logits.length);
            u[i] = CounterRng.units(6, i, 0);
        }
        NDArray one = torch.floats(logits, 1, logits.length);
        List<Row> none = List.of(row(new int[] {1}, new int[0], sampling));
        float[] p = probabilities(none, one, sampling).toFloatArray();
        double sum = 0;
        for (float each : p) {
            sum += each;
        }
        int[] counts = new int[logits.length];
        for (float token : torch.kernels()
                .call("sample", torch.floats(rows, draws, logits.length), List.of(), 0.8, 6, 0.9, 0.12, u)
                .get(":, 0")
                .toFloatArray()) {
            counts[(int) token]++;
        }
        for (int v = 0; v < counts.length; v++) {
            double expected = p[v] / sum;
            double sigma = Math.sqrt(expected * (1 - expected) / draws);
            assertThat((double) counts[v] / draws).as("token %s", v).isCloseTo(expected, within(4 * sigma + 1e-9));
        }
        assertThat(Arrays.stream(counts).filter(n -> n == 0).count()).isGreaterThan(1); // some tokens were truncated
    }

    @Test
    void aDrawFallsWhereTheCdfPassesItInLargeVocabularies() {
        int v = 20_003; // chunks of 512 and a remainder
        float[] logits = new float[v];
        double[] cdf = new double[v];
        double total = 0;
        for (int i = 0; i < v; i++) {
            logits[i] = (float) (3 * CounterRng.uniform(1, i));
            total += Math.exp(logits[i]);
            cdf[i] = total;
        }
        for (int i = 0; i < 300; i++) {
            double u = i == 299 ? Math.nextDown(1.0) : CounterRng.uniform(2, i);
            int token = (int) torch.kernels()
                    .call("sample", torch.floats(logits, 1, v), List.of(), 1.0, 0, 1.0, 0.0, new long[] {
                        (long) (u * 0x1.0p53)
                    })
                    .toFloatArray()[0];
            double below = token == 0 ? 0 : cdf[token - 1] / total;
            assertThat(u).as("draw %s", i).isBetween(below - 1e-6, cdf[token] / total + 1e-6);
        }
    }

    private static final float[] FINE = {1, 0.5f, 0, -1};

    private static List<Row> draw(Sampling sampling, float[]... logits) {
        float[] all = new float[logits.length * logits[0].length];
        List<Row> rows = new ArrayList<>();
        for (int r = 0; r < logits.length; r++) {
            System.arraycopy(logits[r], 0, all, r * logits[0].length, logits[0].length);
            rows.add(row(new int[] {1}, new int[0], sampling));
        }
        try (Scope _ = new Scope()) {
            Sampler.draw(torch, rows, torch.floats(all, logits.length, logits[0].length), sampling);
        }
        return rows;
    }

    private static List<Sampling> samplings(LogitRules rules) {
        return List.of(
                new Sampling(0, 0, 1, 0, 20, Set.of(), 0, rules),
                new Sampling(1, 0, 1, 0, 20, Set.of(), 0, rules),
                new Sampling(0.7, 2, 0.9, 0.1, 20, Set.of(), 0, rules));
    }

    @Test
    void noTokenIsDrawnFromLogitsThatAreNotFinite() {
        LogitRules forbids = new LogitRules(1, 0, 0, List.of(List.of(3)), 0);
        for (float poison : new float[] {Float.NaN, Float.POSITIVE_INFINITY}) {
            for (LogitRules rules : List.of(LogitRules.NONE, forbids)) {
                for (Sampling sampling : samplings(rules)) {
                    assertThatThrownBy(() -> draw(sampling, FINE, new float[] {0, poison, 0, 0}))
                            .as("%s, %s", poison, sampling)
                            .isInstanceOf(FailedRunException.class)
                            .hasMessageStartingWith("the model's logits are NaN or infinite at new token 1")
                            .hasMessageContaining("float32");
                }
            }
        }
        for (Sampling sampling : samplings(LogitRules.NONE)) { // -inf: a token that the model itself excludes
            Row row = draw(sampling, new float[] {Float.NEGATIVE_INFINITY, 0, Float.NEGATIVE_INFINITY, -300})
                    .getFirst();
            assertThat(row.token(0)).isEqualTo(1);
            assertThat(row.completion().logprobs()).containsExactly(0);
        }
    }

    @Test
    void aRowWithAllTokensForbiddenIsRefused() {
        LogitRules all = new LogitRules(1, 0, 0, List.of(List.of(0), List.of(1), List.of(2), List.of(3)), 0);
        LogitRules allButOne = new LogitRules(1, 0, 0, List.of(List.of(0), List.of(1), List.of(2)), 0);
        for (Sampling sampling : samplings(all)) {
            assertThatThrownBy(() -> draw(sampling, FINE))
                    .as("%s", sampling)
                    .isInstanceOf(InputException.class)
                    .hasMessageStartingWith("bad words and min_new_tokens forbid every token")
                    .hasMessageContaining("new token 1 ");
        }
        for (Sampling sampling : samplings(allButOne)) {
            assertThat(draw(sampling, FINE).getFirst().token(0)).isEqualTo(3);
        }
    }

    /** Draws a token whose probability is 0 in fp32, which only a rule can cause. */
    @Test
    void logProbabilitiesAreFinite() {
        LogitRules forbids = new LogitRules(1, 0, 0, List.of(List.of(0)), 0);
        for (Sampling sampling : samplings(forbids)) {
            Row row = draw(sampling, new float[] {300, 0, -300, -300}).getFirst();
            assertThat(row.token(0)).isEqualTo(1);
            double temperature = sampling.temperature() == 0 ? 1 : sampling.temperature();
            assertThat(row.completion().logprobs()[0]).isCloseTo((float) (-300 / temperature), within(1e-3f));
        }
    }
}
