package dev.rlhf.stages.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.core.json.JsonWriteFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.stage.InterruptedRunException;
import dev.rlhf.stage.StageResult;
import dev.rlhf.testing.Golden;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.Tokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class GenerateTest {
    /** Models whose positions depend on the longest sequence so far; in transformers, on the longest of the batch. */
    private static final Set<String> DEPENDS_ON_LENGTH = Set.of("llama_dynamic", "phi3_longrope_long");

    @TempDir
    static Path folder;

    static Path model;

    @BeforeAll
    static void makeModel() throws IOException {
        model = TinyModels.gpt2(folder.resolve("model"), 1);
    }

    @Test
    void writesOneRowPerCompletionInTheOrderOfTheInput() throws IOException {
        Path input = folder.resolve("prompts.jsonl");
        Files.writeString(input, """
                {"id": "long", "prompt": "What is the capital of France, and where does the river flow?"}
                {"prompt": "Who?"}
                {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Where?"}]}
                """);
        List<JsonNode> rows = generate(input, 1.0, 2, 16, 7);

        assertThat(rows).hasSize(6);
        assertThat(rows.get(0).path("id").asText()).isEqualTo("long");
        assertThat(rows.get(1).path("id").asText()).isEqualTo("long");
        assertThat(rows.get(2).path("prompt").asText()).isEqualTo("Who?");
        assertThat(rows.get(2).has("id")).isFalse();
        assertThat(rows.get(4).has("prompt")).isFalse();
        assertThat(rows.get(4).path("messages").path(1).path("content").asText())
                .isEqualTo("Where?");
        assertThat(rows.get(0).path("completion")).isNotEqualTo(rows.get(1).path("completion"));
        try (Tokenizer tokenizer = Tokenizer.load(model)) {
            for (JsonNode row : rows) {
                int[] ids = Json.mapper().convertValue(row.path("token_ids"), int[].class);
                boolean stopped = row.path("finish_reason").asText().equals("stop");
                assertThat(stopped).isEqualTo(ids[ids.length - 1] == tokenizer.eosId());
                assertThat(stopped || ids.length == 12).isTrue();
                assertThat(row.path("completion").asText()).isEqualTo(tokenizer.decode(ids, true));
            }
        }
    }

    @Test
    void aCompletionDependsOnTheSeedButNotOnTheBatchSize() throws IOException {
        Path input = folder.resolve("three.jsonl");
        Files.writeString(input, """
                {"prompt": "What is the capital of France?"}
                {"prompt": "Who?"}
                {"prompt": "Where does the river flow?"}
                """);
        List<JsonNode> together = generate(input, 1.0, 2, 16, 7);

        assertThat(generate(input, 1.0, 2, 1, 7)).isEqualTo(together);
        assertThat(generate(input, 1.0, 2, 16, 8)).isNotEqualTo(together);
    }

    @Test
    void readsPromptsFromStdinAndPrintsThemWithTheirCompletions() throws IOException {
        TestContext context = TestContext.running();
        byte[] stdin = "Who?\n\nWhere is é?\n".getBytes(StandardCharsets.UTF_8);
        new Generate(new ByteArrayInputStream(stdin)).run(options(null, null, null, 0, 1, 16, 0, false), context);

        assertThat(context.printed()).startsWith("> Who?\n").contains("\n> Where is é?\n");
        assertThat(context.printed()).doesNotContain("generate"); // no progress is printed among completions

        TestContext marked = TestContext.running();
        byte[] withMark = ("\uFEFF" + new String(stdin, StandardCharsets.UTF_8)).getBytes(StandardCharsets.UTF_8);
        new Generate(new ByteArrayInputStream(withMark)).run(options(null, null, null, 0, 1, 16, 0, false), marked);
        assertThat(marked.printed()).isEqualTo(context.printed());
        byte[] latin = "Where is \u00e9?\n".getBytes(StandardCharsets.ISO_8859_1);
        assertThatThrownBy(() -> new Generate(new ByteArrayInputStream(latin))
                        .run(options(null, null, null, 0, 1, 16, 0, false), TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessage("standard input: not UTF-8; convert it to that encoding");
    }

    @Test
    void rawContinuesThePromptWithoutChatFormat() throws IOException {
        TestContext chat = TestContext.running();
        TestContext raw = TestContext.running();
        new Generate().run(options("What is the", null, null, 0, 1, 16, 0, false), chat);
        new Generate().run(options("What is the", null, null, 0, 1, 16, 0, true), raw);

        assertThat(raw.printed()).isNotEqualTo(chat.printed());
    }

    @Test
    void refusesOptionsThatExcludeEachOtherAndAnEmptyStdin() {
        assertThatThrownBy(() -> options("Who?", model, null, 0, 1, 16, 0, false))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("give one of them");
        assertThatThrownBy(() -> options("Who?", null, null, 0, 2, 16, 0, false))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("set a temperature");
        assertThatThrownBy(() -> new Generate(new ByteArrayInputStream(new byte[0]))
                        .run(options(null, null, null, 0, 1, 16, 0, false), TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("no prompt");
    }

    @Test
    void stopsOnRequestAndLeavesTheOutputUnchanged() throws IOException {
        Path own = Files.createDirectory(folder.resolve("stopped"));
        Path input = Rows.write(own.resolve("in.jsonl"), Rows.ids(5, 6), Rows.ids(7), Rows.ids(8));
        Path output = Rows.write(own.resolve("out.jsonl"), "{\"of\": \"an earlier run\"}");
        for (int after : new int[] {1, 5, 20}) { // at once, within the first completion, within the second
            assertThatThrownBy(() -> new Generate()
                            .run(options(null, input, output, 1, 1, 1, 3, false), TestContext.stoppingAt(after)))
                    .isInstanceOf(InterruptedRunException.class)
                    .hasMessageContaining("of 3 done")
                    .hasMessageContaining("same command");
            assertThat(output).hasContent("{\"of\": \"an earlier run\"}");
            try (var files = Files.list(own)) {
                assertThat(files).containsExactlyInAnyOrder(input, output);
            }
        }
    }

    @ParameterizedTest
    @MethodSource("goldenModels")
    void atTemperatureZeroItEqualsTransformersTokenForTokenWithoutATokenizer(String name) throws IOException {
        Golden golden = Golden.of("models/" + name);
        List<int[]> prompts = Rows.real(golden, "gen_prompt_ids", "gen_prompt_mask");
        Path input = Rows.write(
                folder.resolve(name + ".jsonl"), prompts.stream().map(Rows::ids).toArray(String[]::new));
        String never = golden.values().path("gen_eos_never").toString();
        String one = golden.values().path("gen_eos").toString();
        String several = golden.values().path("gen_eos_list").toString();
        for (int batch : name.equals("gpt2") || name.equals("llama") ? new int[] {1, 2, 16} : new int[] {2}) {
            equalsGolden(golden, "gen_greedy", run(name, input, batch, never), List.of(never));
            equalsGolden(golden, "gen_greedy", run(name, input, batch, null), List.of(never)); // generation_config.json
            equalsGolden(golden, "gen_greedy_eos", run(name, input, batch, one), List.of(one));
            equalsGolden(
                    golden,
                    "gen_greedy_eos_list",
                    run(name, input, batch, several),
                    List.of(several.substring(1, several.length() - 1).split(",")));
        }
    }

    /** The settings that transformers generated with. */
    static List<String> goldenModels() throws IOException {
        try (var models = Files.list(Path.of("src/test/resources/golden/models"))) {
            return models.map(path -> path.getFileName().toString())
                    .filter(name -> Golden.of("models/" + name).values().has("gen_eos_list"))
                    .filter(name -> !DEPENDS_ON_LENGTH.contains(name))
                    .sorted()
                    .toList();
        }
    }

    private static List<JsonNode> run(String name, Path input, int batch, @Nullable String eos) throws IOException {
        Path output = folder.resolve("greedy.jsonl.gz");
        List<Object> given = new ArrayList<>(List.of(
                "model_name_or_path",
                Path.of("src/test/resources/golden/models").resolve(name),
                "input",
                input,
                "output",
                output,
                "max_new_tokens",
                24,
                "batch_size",
                batch,
                "logprobs",
                true,
                "device",
                TestDevice.NAME));
        if (eos != null) {
            given.addAll(List.of("eos_token_id", eos));
        }
        new Generate().run(Options.of(GenerateOptions.class, given.toArray()), TestContext.running());
        return Rows.read(output);
    }

    private static void equalsGolden(Golden golden, String tensor, List<JsonNode> rows, List<String> eos) {
        int width = (int) golden.shape(tensor)[1];
        int[] all = golden.ints(tensor);
        for (int row = 0; row < rows.size(); row++) {
            int[] expected = Arrays.copyOfRange(all, row * width, (row + 1) * width);
            int end = IntStream.range(0, width)
                    .filter(t -> eos.contains(String.valueOf(expected[t])))
                    .findFirst()
                    .orElse(-1);
            JsonNode got = rows.get(row);
            assertThat(Rows.ints(got.path("token_ids")))
                    .as("%s row %d", tensor, row)
                    .isEqualTo(Arrays.copyOf(expected, end < 0 ? width : end + 1));
            assertThat(got.path("finish_reason").asText()).isEqualTo(end < 0 ? "length" : "stop");
            assertThat(got.has("completion")).isFalse();
            assertThat(got.path("logprobs")).hasSize(got.path("token_ids").size());
        }
    }

    @Test
    void keepsTheBestOfSeveralCompletionsByReward() throws IOException {
        Path reward = TinyModels.reward(folder.resolve("reward"), model, 3);
        Path input = Rows.write(
                folder.resolve("best.jsonl"),
                "{\"id\": [1], \"prompt\": \"Who?\"}",
                "{\"id\": 2, \"input_ids\": [5, 6, 7]}",
                "{\"messages\": [{\"role\": \"user\", \"content\": \"Where does the river flow, 東京?\"}]}");
        Object[] common = {
            "model_name_or_path",
            model,
            "input",
            input,
            "max_new_tokens",
            12,
            "temperature",
            1,
            "seed",
            5,
            "device",
            TestDevice.NAME
        };
        List<JsonNode> all = run(common, "num_return_sequences", 6);
        List<JsonNode> best =
                run(common, "best_of", 6, "num_return_sequences", 2, "reward_model_path", reward, "batch_size", 4);

        assertThat(best).hasSize(6);
        Path scoring = Rows.write(
                folder.resolve("scoring.jsonl"),
                all.subList(6, 12).stream()
                        .map(row -> Rows.ids(
                                IntStream.concat(IntStream.of(5, 6, 7), IntStream.of(Rows.ints(row.path("token_ids"))))
                                        .toArray()))
                        .toArray(String[]::new));
        Path scores = folder.resolve("scores.jsonl");
        new Score()
                .run(
                        Options.of(
                                ScoringOptions.class,
                                "model_name_or_path",
                                reward,
                                "input",
                                scoring,
                                "output",
                                scores,
                                "device",
                                TestDevice.NAME),
                        TestContext.running());
        List<JsonNode> scored = Rows.read(scores);
        for (int i = 0; i < 6; i++) {
            JsonNode row = best.get(i);
            float[] six = Rows.floats(row.path("scores"));
            assertThat(six).hasSize(6);
            float[] sorted = six.clone();
            Arrays.sort(sorted);
            assertThat(row.path("score").floatValue()).isEqualTo(sorted[5 - i % 2]);
            int place = i / 2 * 6
                    + IntStream.range(0, 6)
                            .filter(k -> six[k] == row.path("score").floatValue())
                            .findFirst()
                            .orElseThrow();
            assertThat(row.path("token_ids")).isEqualTo(all.get(place).path("token_ids"));
            if (i / 2 == 1) {
                for (int k = 0; k < 6; k++) {
                    assertThat(six[k]).isCloseTo(scored.get(k).path("score").floatValue(), within(1e-4f));
                }
            }
        }
        assertThat(best.get(0).path("id").toString()).isEqualTo("[1]");
        assertThat(best.get(2).path("input_ids").toString()).isEqualTo("[5,6,7]");
    }

    @Test
    void aRewardThatIsNotFiniteIsRefused() throws IOException {
        Path reward = TinyModels.reward(folder.resolve("poisoned"), model, 3);
        TinyModels.poison(reward, "score.weight", 0);
        Path input = Rows.write(folder.resolve("poisoned.jsonl"), Rows.ids(1, 2), "{\"prompt\": \"Who?\"}");
        Object[] options = {
            "model_name_or_path",
            model,
            "input",
            input,
            "temperature",
            1,
            "best_of",
            2,
            "reward_model_path",
            reward,
            "max_new_tokens",
            4,
            "device",
            TestDevice.NAME
        };
        assertThatThrownBy(() -> run(options))
                .isInstanceOf(FailedRunException.class)
                .hasMessageStartingWith(input + ":1: a score is NaN");
    }

    @Test
    void weightsThatAreNotFiniteFailAtTheFirstToken() throws IOException {
        Path poisoned = TinyModels.gpt2(folder.resolve("nan"), 1);
        TinyModels.poison(poisoned, "transformer.ln_f.weight", 0);
        Path input = Rows.write(folder.resolve("nan.jsonl"), "{\"prompt\": \"Who?\"}");
        for (double temperature : new double[] {0, 1}) {
            Object[] options = {
                "model_name_or_path", poisoned, "input", input, "temperature", temperature, "device", TestDevice.NAME
            };
            assertThatThrownBy(() -> run(options))
                    .isInstanceOf(FailedRunException.class)
                    .hasMessageStartingWith("the model's logits are NaN or infinite at new token 1 of a completion");
        }
    }

    @Test
    void refusesRowsThatCannotBeScoredBeforeItGenerates() throws IOException {
        Path lm = Path.of("src/test/resources/golden/models/gpt2");
        Path input = Rows.write(folder.resolve("score.jsonl"), Rows.ids(1, 2), "{\"prompt\": \"Who?\"}");
        Object[] common = {
            "model_name_or_path", model, "input", input, "temperature", 1, "best_of", 2, "device", TestDevice.NAME
        };
        assertThatThrownBy(() -> run(common, "reward_model_path", lm))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("no reward model (GPT2LMHeadModel");
        assertThatThrownBy(() -> run(common, "reward_model_path", Path.of("src/test/resources/golden/reward/gpt2")))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(input + ":2: a text cannot be scored by");
    }

    @Test
    void endsAtAStopStringAndLeavesItOut() throws IOException {
        Path input = Rows.write(
                folder.resolve("stops.jsonl"),
                "{\"prompt\": \"Who?\"}",
                "{\"prompt\": \"Where does the river flow?\"}");
        Object[] common = {
            "model_name_or_path", model, "input", input, "temperature", 1, "seed", 9, "device", TestDevice.NAME
        };
        List<JsonNode> free = run(common, "max_new_tokens", 40);
        for (int i = 0; i < 2; i++) {
            String text = free.get(i).path("completion").asText();
            String stop = text.substring(text.length() / 2, text.length() / 2 + 3);
            JsonNode row = run(common, "max_new_tokens", 40, "stop_strings", quoted(List.of(stop, "never there")))
                    .get(i);
            assertThat(row.path("finish_reason").asText()).isEqualTo("stop_string");
            assertThat(row.path("completion").asText()).isEqualTo(text.substring(0, text.indexOf(stop)));
            int[] all = Rows.ints(free.get(i).path("token_ids"));
            int[] ids = Rows.ints(row.path("token_ids"));
            assertThat(ids.length).isLessThan(all.length);
            assertThat(ids).isEqualTo(Arrays.copyOf(all, ids.length));
        }
    }

    /** Returns JSON in ASCII, which YAML reads: the text of a model of random weights may contain any character. */
    private static String quoted(List<String> texts) throws IOException {
        return JsonMapper.builder()
                .enable(JsonWriteFeature.ESCAPE_NON_ASCII)
                .build()
                .writeValueAsString(texts);
    }

    @Test
    void appliesBadWordsRepetitionPenaltyAndMinimumLength() throws IOException {
        Path input = Rows.write(folder.resolve("rules.jsonl"), Rows.ids(5, 6, 7), Rows.ids(9));
        Object[] common = {
            "model_name_or_path",
            model,
            "input",
            input,
            "temperature",
            0,
            "max_new_tokens",
            30,
            "device",
            TestDevice.NAME
        };
        List<JsonNode> free = run(common, "eos_token_id", "[]");
        int[] all = Rows.ints(free.getFirst().path("token_ids"));
        assertThat(IntStream.of(all).distinct().count())
                .as("greedy repeats itself")
                .isLessThan(all.length);

        int[] distinct = Rows.ints(run(common, "eos_token_id", "[]", "repetition_penalty", 1e6)
                .getFirst()
                .path("token_ids"));
        assertThat(IntStream.of(distinct).distinct().count()).isEqualTo(30);
        int[] present = Rows.ints(run(common, "eos_token_id", "[]", "presence_penalty", 1e6)
                .getFirst()
                .path("token_ids"));
        assertThat(IntStream.of(present).distinct().count()).isEqualTo(30);
        int[] banned = Rows.ints(run(common, "eos_token_id", "[]", "bad_words_ids", "[[%d]]".formatted(all[0]))
                .getFirst()
                .path("token_ids"));
        assertThat(banned).doesNotContain(all[0]);

        assertThat(run(common, "eos_token_id", String.valueOf(all[0]))
                        .getFirst()
                        .path("token_ids"))
                .hasSize(1);
        int[] longer = Rows.ints(run(common, "eos_token_id", String.valueOf(all[0]), "min_new_tokens", 4)
                .getFirst()
                .path("token_ids"));
        assertThat(longer.length).isGreaterThan(4);
        assertThat(Arrays.copyOf(longer, 4)).doesNotContain(all[0]);
    }

    @Test
    void takesEndTokensAndRepetitionPenaltyFromGenerationConfig() throws IOException {
        Path own = TinyModels.gpt2(folder.resolve("own"), 1);
        Path input = Rows.write(folder.resolve("defaults.jsonl"), Rows.ids(5, 6, 7));
        Object[] common = {"model_name_or_path", own, "input", input, "max_new_tokens", 20, "device", TestDevice.NAME};
        int[] penalised = Rows.ints(run(common, "eos_token_id", "[]", "repetition_penalty", 1e6)
                .getFirst()
                .path("token_ids"));
        int[] free = Rows.ints(run(common, "eos_token_id", "[]").getFirst().path("token_ids"));
        assertThat(free).isNotEqualTo(penalised);
        Files.writeString(
                own.resolve("generation_config.json"),
                "{\"eos_token_id\": [%d, %d], \"repetition_penalty\": 1000000.0}"
                        .formatted(penalised[5], penalised[9]));

        JsonNode configured = run(common).getFirst();
        assertThat(Rows.ints(configured.path("token_ids"))).isEqualTo(Arrays.copyOf(penalised, 6));
        assertThat(configured.path("finish_reason").asText()).isEqualTo("stop");
        assertThat(Rows.ints(run(common, "eos_token_id", "[" + penalised[9] + "]")
                        .getFirst()
                        .path("token_ids")))
                .as("the options' end tokens replace the file's")
                .isEqualTo(Arrays.copyOf(penalised, 10));
        assertThat(Rows.ints(run(common, "eos_token_id", "[]", "repetition_penalty", 1)
                        .getFirst()
                        .path("token_ids")))
                .isEqualTo(free);
    }

    @Test
    void tokensThatTheModelDoesNotHaveAreRefused() throws IOException {
        Object[] common = {"model_name_or_path", model, "prompt", "Who?", "device", TestDevice.NAME};
        for (String[] wrong : new String[][] {
            {"eos_token_id", "[-1]", "-1"},
            {"eos_token_id", "[70000]", "70000"},
            {"bad_words_ids", "[[1, -1]]", "-1"},
            {"bad_words_ids", "[[70000]]", "70000"}
        }) {
            assertThatThrownBy(() -> run(common, wrong[0], wrong[1]))
                    .isInstanceOf(InputException.class)
                    .hasMessageMatching(
                            wrong[0] + ": " + wrong[2] + " is not a token of the model, which has 0 to \\d+");
        }
        assertThatThrownBy(() -> run(common, "temperature", 1e-40))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith("temperature: 1.0E-40 is too small for float32; give at least 1.0E-6, or 0");
    }

    @Test
    void ofEqualScoresTheEarlierIsBetter() {
        assertThat(BestOf.best(new float[] {1, 3, 2, 3, -1}, 3)).containsExactly(1, 3, 2);
    }

    @Test
    void namesFileAndLineOfABadRow() throws IOException {
        Path output = folder.resolve("none.jsonl");
        for (String[] bad : new String[][] {
            {"{\"id\": 1}", "a row has either"},
            {"{\"prompt\": \"Who?\", \"input_ids\": [1]}", "either \"prompt\", or \"messages\", or \"input_ids\""},
            {"{\"input_ids\": [1, 70000]}", "token id 70000"},
            {"{\"prompt\": \"%s\"}".formatted("word ".repeat(200)), "128 positions"},
            {"{\"prompts\": \"Who?\"}", "a row has either"},
            {Rows.ids(new int[117]), "117 tokens and 12 that may follow, but the model has 128 positions"},
        }) {
            Path input = Rows.write(folder.resolve("bad.jsonl"), "{\"prompt\": \"Who?\"}", bad[0]);
            assertThatThrownBy(() ->
                            new Generate().run(options(null, input, output, 0, 1, 16, 0, false), TestContext.running()))
                    .isInstanceOf(InputException.class)
                    .hasMessageStartingWith(input + ":2: ")
                    .hasMessageContaining(bad[1]);
            assertThat(output).doesNotExist();
        }
    }

    private static List<JsonNode> run(Object[] common, Object... more) throws IOException {
        Path output = folder.resolve("run.jsonl");
        List<Object> given = new ArrayList<>(List.of(common));
        given.addAll(List.of(more));
        given.addAll(List.of("output", output));
        new Generate().run(Options.of(GenerateOptions.class, given.toArray()), TestContext.running());
        return Rows.read(output);
    }

    private static List<JsonNode> generate(Path input, double temperature, int each, int batchSize, long seed)
            throws IOException {
        Path output = folder.resolve("completions.jsonl");
        StageResult result = new Generate()
                .run(options(null, input, output, temperature, each, batchSize, seed, false), TestContext.running());
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(output)) {
            rows.add(Json.mapper().readTree(line));
        }
        assertThat(result.metrics()).containsEntry("completions", (double) rows.size());
        return rows;
    }

    private static GenerateOptions options(
            @Nullable String prompt,
            @Nullable Path input,
            @Nullable Path output,
            double temperature,
            int each,
            int batchSize,
            long seed,
            boolean raw) {
        List<Object> given = new ArrayList<>(List.of(
                "model_name_or_path",
                model,
                "max_new_tokens",
                12,
                "temperature",
                temperature,
                "num_return_sequences",
                each,
                "raw",
                raw,
                "batch_size",
                batchSize,
                "seed",
                seed,
                "device",
                TestDevice.NAME));
        if (prompt != null) {
            given.addAll(List.of("prompt", prompt));
        }
        if (input != null) {
            given.addAll(List.of("input", input));
        }
        if (output != null) {
            given.addAll(List.of("output", output));
        }
        return Options.of(GenerateOptions.class, given.toArray());
    }
}
