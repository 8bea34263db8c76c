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
import java.util.stream.IntStream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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

    /**
     * One row is summed at once; more than 131,072 numbers in chunks of 512 or of 64 tokens and a remainder, which has
     * much of the mass in every other row. The first token and the last have none.
     */
    @ParameterizedTest
    @CsvSource({"20003, 1", "20003, 7", "3000, 50"})
    void aDrawFallsWhereTheCdfPassesItInLargeVocabularies(int v, int rows) {
        float[] logits = new float[rows * v];
        double[] cdf = new double[rows * v];
        for (int r = 0; r < rows; r++) {
            double total = 0;
            for (int i = 0; i < v; i++) {
                int at = r * v + i;
                logits[at] = (float) (3 * CounterRng.uniform(1, r, i)) + (r % 2 == 1 && i > v - 30 ? 5 : 0);
                if (i == 0 || i == v - 1) {
                    logits[at] = Float.NEGATIVE_INFINITY;
                }
                total += Math.exp(logits[at]);
                cdf[at] = total;
            }
            for (int i = 0; i < v; i++) {
                cdf[r * v + i] /= total;
            }
        }
        NDArray all = torch.floats(logits, rows, v);
        int calls = 2 + 300 / rows;
        for (int call = 0; call < calls; call++) {
            long[] u = new long[rows];
            for (int r = 0; r < rows; r++) {
                u[r] = call == 0 ? 0 : call == 1 ? (1L << 53) - 1 : CounterRng.units(2, r, call);
            }
            float[] drawn = torch.kernels()
                    .call("sample", all, List.of(), 1.0, 0, 1.0, 0.0, u)
                    .toFloatArray();
            for (int r = 0; r < rows; r++) {
                int token = (int) drawn[2 * r];
                assertThat(token).isBetween(1, v - 2);
                assertThat(u[r] * 0x1.0p-53)
                        .as("call %s row %s", call, r)
                        .isBetween(cdf[r * v + token - 1] - 1e-6, cdf[r * v + token] + 1e-6);
            }
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

    @Test
    void topOneIsTheMostLikelyTokenAtAnyTemperature() {
        Sampling hot = new Sampling(5, 1, 1, 40, Set.of(), 0);
        for (int step = 0; step < 30; step++) {
            Row row = row(new int[] {1}, new int[step], hot);
            Sampler.draw(torch, List.of(row), torch.floats(FINE, 1, 4), hot);
            assertThat(row.token(step)).isZero();
        }
    }

    @Test
    void settingsOutOfBoundsAreRefused() {
        double nan = Double.NaN;
        List<ThrowingCallable> wrong = List.of(
                () -> new Sampling(-0.1, 0, 1, 20, Set.of(), 0),
                () -> new Sampling(nan, 0, 1, 20, Set.of(), 0),
                () -> new Sampling(Double.POSITIVE_INFINITY, 0, 1, 20, Set.of(), 0),
                () -> new Sampling(1, -1, 1, 20, Set.of(), 0),
                () -> new Sampling(1, 0, 0, 20, Set.of(), 0),
                () -> new Sampling(1, 0, 1.1, 20, Set.of(), 0),
                () -> new Sampling(1, 0, nan, 20, Set.of(), 0),
                () -> new Sampling(1, 0, 1, 0, Set.of(), 0),
                () -> new Sampling(1, 0, 1, 20, Set.of(), 0).withMinP(-0.1),
                () -> new Sampling(1, 0, 1, 20, Set.of(), 0).withMinP(1.1),
                () -> new LogitRules(0, 0, 0, List.of(), 0),
                () -> new LogitRules(nan, 0, 0, List.of(), 0),
                () -> new LogitRules(1, 0, 0, List.of(), -1),
                () -> new LogitRules(1, 0, 0, List.of(List.of(1), List.of()), 0));
        assertThat(wrong)
                .allSatisfy(call -> assertThatThrownBy(call)
                        .isInstanceOf(InputException.class)
                        .hasMessageStartingWith("sampling: "));
        assertThat(new Sampling(1e-6, 0, 1, 1, Set.of(), 0).withMinP(1).temperature())
                .isEqualTo(1e-6);
    }

    private static float[] truncated(NDArray p, int topK, double topP, double minP) {
        return torch.kernels().call("truncated", p, topK, topP, minP).toFloatArray();
    }

    @Test
    void truncationKeepsWhatIsExactlyAtTheLimit() {
        NDArray p = torch.floats(new float[] {0.25f, 0.5f, 0.125f, 0.125f}, 1, 4);
        for (int all : new int[] {0, 3, 4, 9}) { // the third and the fourth are tied
            assertThat(truncated(p, all, 1, 0)).containsExactly(0.25f, 0.5f, 0.125f, 0.125f);
        }
        assertThat(truncated(p, 1, 1, 0)).containsExactly(0, 0.5f, 0, 0);
        assertThat(truncated(p, 0, 0.5, 0)).containsExactly(0, 0.5f, 0, 0);
        assertThat(truncated(p, 0, 0.75, 0)).containsExactly(0.25f, 0.5f, 0, 0);
        assertThat(truncated(p, 0, 1, 1)).containsExactly(0, 0.5f, 0, 0);
        assertThat(truncated(p, 0, 1, 0.5)).containsExactly(0.25f, 0.5f, 0, 0);
        assertThat(truncated(p, 0, 1, 0.25)).containsExactly(0.25f, 0.5f, 0.125f, 0.125f);
    }

    /** The second row needs more tokens than the kernel looks at first, the first row does not. */
    @Test
    void topPKeepsTheFewestTokensOfAFlatDistributionToo() {
        int v = 3000;
        float[] p = new float[2 * v];
        for (int i = 0; i < v; i++) {
            p[(i * 7) % v] = 1f / (1 << Math.min(i, 30));
            p[v + (i * 7) % v] = v + i;
        }
        float[] kept = truncated(torch.floats(p, 2, v), 0, 0.9, 0);
        // 1 + 1/2 + 1/4 + 1/8 of 2 is more than 0.9 of it, 1 + 1/2 + 1/4 is not
        assertThat(IntStream.range(0, v).filter(i -> kept[i] > 0)).containsExactly(0, 7, 14, 21);
        double mass = 0.9 * IntStream.range(v, 2 * v).asLongStream().sum();
        for (int i = v - 1; i >= 0; i--) {
            assertThat(kept[v + (i * 7) % v]).isEqualTo(mass > 0 ? v + i : 0);
            mass -= v + i;
        }
    }

    /** Token 2 is forbidden, and the logit of token 1, which is in both prompts, is divided by 4. */
    @Test
    void rulesApplyToEachRowOfABatch() {
        LogitRules rules = new LogitRules(4, 0, 0, List.of(List.of(2)), 0);
        float[][] logits = {{1, 0.9f, 3, 0}, {0, 2, 1, 1.5f}};
        for (Sampling sampling : samplings(rules)) {
            List<Row> both = draw(sampling, logits);
            if (sampling.temperature() == 0) {
                assertThat(both).extracting(row -> row.token(0)).containsExactly(0, 3);
            }
            for (int r = 0; r < 2; r++) {
                GeneratedCompletion alone = draw(sampling, logits[r]).getFirst().completion();
                assertThat(both.get(r).completion().ids()).isEqualTo(alone.ids());
                assertThat(both.get(r).completion().logprobs()).isEqualTo(alone.logprobs());
            }
        }
    }

    /** These logits are exact in bf16, but their softmax is not. */
    @Test
    void logitsInBfloat16AreSampledInFloat32() {
        NDArray wide = torch.floats(new float[] {1, 0.5f, 0, -1.5f}, 1, 4);
        NDArray narrow = Dtype.BFLOAT16.cast(torch, wide);
        for (LogitRules rules : List.of(LogitRules.NONE, new LogitRules(1.3, 0.1, 0, List.of(), 0))) {
            for (Sampling sampling : samplings(rules)) {
                List<GeneratedCompletion> drawn = new ArrayList<>();
                for (NDArray logits : List.of(wide, narrow)) {
                    Row row = row(new int[] {1}, new int[0], sampling);
                    Sampler.draw(torch, List.of(row), logits, sampling);
                    drawn.add(row.completion());
                }
                assertThat(drawn.get(1).ids()).isEqualTo(drawn.get(0).ids());
                assertThat(drawn.get(1).logprobs()).isEqualTo(drawn.get(0).logprobs());
            }
        }
    }
}
