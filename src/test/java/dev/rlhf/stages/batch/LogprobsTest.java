package dev.rlhf.stages.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.InputException;
import dev.rlhf.stage.InterruptedRunException;
import dev.rlhf.stage.StageResult;
import dev.rlhf.testing.Golden;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.ChatMl;
import dev.rlhf.text.Message;
import dev.rlhf.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LogprobsTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden/models");

    @TempDir
    static Path folder;

    static Path model;

    @BeforeAll
    static void makeModel() throws IOException {
        model = TinyModels.llama(folder.resolve("model"), 1);
    }

    @Test
    void aLogProbabilityThatIsNotFiniteIsRefusedAndNoFileWritten() throws IOException {
        Path poisoned = TinyModels.llama(folder.resolve("poisoned"), 1);
        TinyModels.poison(poisoned, "model.norm.weight", 0);
        Path input = Rows.write(folder.resolve("nan.jsonl"), Rows.ids(3), Rows.ids(1, 2));
        assertThatThrownBy(() -> run(poisoned, input, "nan_out.jsonl"))
                .isInstanceOf(FailedRunException.class)
                .hasMessageStartingWith(input + ":2: a log-probability is NaN;");
        assertThat(folder.resolve("nan_out.jsonl")).doesNotExist();
    }

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "gpt2_base_keys", "llama", "llama3_rope"})
    void equalsTransformersOnFoldersWithoutATokenizer(String name) throws IOException {
        Golden golden = Golden.of("models/" + name);
        List<int[]> rows = Rows.real(golden, "input_ids_right", "attention_mask_right");
        Path input = Rows.write(
                folder.resolve(name + ".jsonl"), rows.stream().map(Rows::ids).toArray(String[]::new));
        for (int batch : new int[] {1, 2, 16}) {
            List<JsonNode> out = run(GOLDEN.resolve(name), input, "out.jsonl", "batch_size", batch);
            float[][] expected = golden.rows("next_logprobs_right");
            for (int i = 0; i < rows.size(); i++) {
                float[] wanted = Arrays.copyOf(expected[i], rows.get(i).length - 1);
                float[] got = Rows.floats(out.get(i).path("logprobs"));
                Golden.assertClose(name + " row " + i, got, wanted, 0, 1e-4);
                assertThat(Rows.ints(out.get(i).path("token_ids"))).isEqualTo(rows.get(i));
                double mean = -IntStream.range(0, wanted.length)
                        .mapToDouble(t -> wanted[t])
                        .average()
                        .orElseThrow();
                assertThat(out.get(i).path("loss").doubleValue()).isCloseTo(mean, within(1e-4));
            }
        }
    }

    @Test
    void keepsOrderAndIdsOfAnyTypeAndReadsAndWritesGzip() throws IOException {
        Path input = Rows.write(
                folder.resolve("mixed.jsonl.gz"),
                "{\"id\": 7, \"text\": \"Where does the river flow? Über die Brücke, 東京 😀\"}",
                "",
                "{\"id\": {\"doc\": [1, null]}, \"prompt\": \"Who?\", \"response\": \"The painter.\"}",
                "{\"id\": \"ü\", \"input_ids\": [5, 6, 7], \"meta\": {\"from\": \"test\"}}",
                "{\"text\": \"W\"}");
        List<JsonNode> out = run(model, input, "mixed-out.jsonl.gz", "batch_size", 2);

        assertThat(out).hasSize(4);
        assertThat(out.get(0).path("id").intValue()).isEqualTo(7);
        assertThat(out.get(1).path("id").toString()).isEqualTo("{\"doc\":[1,null]}");
        assertThat(out.get(2).path("id").textValue()).isEqualTo("ü");
        assertThat(out.get(3).has("id")).isFalse();
        for (JsonNode row : out) {
            assertThat(row.path("logprobs")).hasSize(row.path("token_ids").size() - 1);
        }
        assertThat(out.get(3).path("loss").isNull()).isTrue(); // a single token is not predicted
        try (Tokenizer tokenizer = Tokenizer.load(model)) {
            assertThat(tokenizer.decode(Rows.ints(out.get(0).path("token_ids"))))
                    .isEqualTo("Where does the river flow? Über die Brücke, 東京 😀");
            int[] prompt = new ChatMl(tokenizer).prompt(List.of(Message.user("Who?")));
            int[] all = Rows.ints(out.get(1).path("token_ids"));
            assertThat(out.get(1).path("prompt_tokens").intValue()).isEqualTo(prompt.length);
            assertThat(Arrays.copyOf(all, prompt.length)).isEqualTo(prompt);
            assertThat(tokenizer.decode(Arrays.copyOfRange(all, prompt.length, all.length)))
                    .isEqualTo("The painter.<|im_end|>");
        }
    }

    @Test
    void reportsLoadingTimeAndMappedWeights() throws IOException {
        Path input = Rows.write(folder.resolve("one.jsonl"), Rows.ids(1, 2, 3));
        assertThat(printed(input, "float32"))
                .containsPattern("model: \\S+ ?k parameters, float32, "
                        + (TestDevice.NAME.equals("cpu") ? "mapped \\(read on first use\\)" : "loaded")
                        + " in \\S+ m?s; \\S+ \\SiB in memory, \\S+ \\SiB at most");
        assertThat(printed(input, "bfloat16")).containsPattern("model: .* parameters, bfloat16, loaded in ");
    }

    private static String printed(Path input, String dtype) throws IOException {
        TestContext context = TestContext.running();
        Path output = folder.resolve("printed.jsonl");
        new Logprobs()
                .run(
                        Options.of(
                                ScoringOptions.class,
                                "model_name_or_path",
                                model,
                                "input",
                                input,
                                "output",
                                output,
                                "dtype",
                                dtype,
                                "device",
                                TestDevice.NAME),
                        context);
        return context.printed();
    }

    @Test
    void rawConcatenatesPromptAndResponse() throws IOException {
        Path input =
                Rows.write(folder.resolve("raw.jsonl"), "{\"prompt\": \"Who is\", \"response\": \" the painter?\"}");
        JsonNode row = run(model, input, "raw-out.jsonl", "raw", true).getFirst();
        try (Tokenizer tokenizer = Tokenizer.load(model)) {
            assertThat(tokenizer.decode(Rows.ints(row.path("token_ids")))).isEqualTo("Who is the painter?");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"text\": \"\"}|\"text\" is empty",
                "{\"prompt\": \"Who?\"}|\"response\" is missing",
                "{\"text\": \"Who?\", \"input_ids\": [1]}|either \"text\", or",
                "{\"txt\": \"Who?\"}|either \"text\", or",
                "{\"text\": \"Who?\", \"lable\": 1}|unknown field \"lable\"",
                "{\"input_ids\": []}|\"input_ids\" is empty",
                "{\"input_ids\": [3, -1]}|\"input_ids\"[1] is negative",
                "{\"input_ids\": [3, 99999]}|token id 99999, but the model has ids below",
                "not json|not JSON",
            })
    void namesFileAndLineOfABadRowAndWritesNothing(String line) throws IOException {
        String[] parts = line.split("\\|");
        Path input = Rows.write(folder.resolve("bad.jsonl"), "{\"text\": \"Who?\"}", "", parts[0]);
        Path output = folder.resolve("bad-out.jsonl");

        assertThatThrownBy(() -> run(model, input, "bad-out.jsonl"))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(input + ":3: ")
                .hasMessageContaining(parts[1]);
        assertThat(output).doesNotExist();
    }

    @Test
    void refusesAndCountsRowsLongerThanTheModelsPositions() throws IOException {
        int[] fits = new int[128];
        int[] tooLong = new int[129];
        Path input = Rows.write(folder.resolve("long.jsonl"), Rows.ids(fits), Rows.ids(tooLong), Rows.ids(tooLong));

        assertThatThrownBy(() -> run(model, input, "long-out.jsonl"))
                .isInstanceOf(InputException.class)
                .hasMessage(input + ":2: 129 tokens, but the model has 128 positions; shorten it or leave it out; "
                        + "2 rows are too long");
    }

    @Test
    void refusesTextWithoutATokenizerAnEmptyFileAndItsOwnInput() throws IOException {
        Path text = Rows.write(folder.resolve("text.jsonl"), "{\"input_ids\": [1, 2]}", "{\"text\": \"Who?\"}");
        assertThatThrownBy(() -> run(GOLDEN.resolve("gpt2"), text, "x.jsonl"))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(text + ":2: \"text\" needs a tokenizer")
                .hasMessageContaining("give \"input_ids\"");

        Path empty = Files.createFile(folder.resolve("empty.jsonl"));
        assertThatThrownBy(() -> run(model, empty, "x.jsonl"))
                .isInstanceOf(InputException.class)
                .hasMessage(empty + ": no rows");
        assertThatThrownBy(() -> run(model, text, "text.jsonl"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("the same file");
    }

    @Test
    void stopsOnRequestAndLeavesAnEarlierOutputUnchanged() throws IOException {
        Path input = Rows.write(folder.resolve("stop.jsonl"), Rows.ids(1, 2, 3), Rows.ids(4, 5));
        Path output = Rows.write(folder.resolve("stop-out.jsonl"), "earlier");
        ScoringOptions options = Options.of(
                ScoringOptions.class,
                "model_name_or_path",
                model,
                "input",
                input,
                "output",
                output,
                "device",
                TestDevice.NAME,
                "batch_size",
                1);
        assertThatThrownBy(() -> new Logprobs().run(options, TestContext.stoppingAt(1)))
                .isInstanceOf(InterruptedRunException.class)
                .hasMessageContaining("nothing of this stage was kept");
        assertThat(output).hasContent("earlier\n");
        try (var files = Files.list(folder)) {
            assertThat(files.map(Path::toString)).noneMatch(name -> name.contains(".tmp-"));
        }
    }

    private static List<JsonNode> run(Path model, Path input, String output, Object... more) throws IOException {
        Object[] fixed = {
            "model_name_or_path", model, "input", input, "output", folder.resolve(output), "device", TestDevice.NAME
        };
        Object[] all = Arrays.copyOf(fixed, fixed.length + more.length);
        System.arraycopy(more, 0, all, fixed.length, more.length);
        StageResult result = new Logprobs().run(Options.of(ScoringOptions.class, all), TestContext.running());
        List<JsonNode> rows = Rows.read(folder.resolve(output));
        assertThat(result.metrics()).containsEntry("sequences", (double) rows.size());
        return rows;
    }
}
