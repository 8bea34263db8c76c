package dev.rlhf.stage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.Tokenizer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class GenerateTest {
    @TempDir
    static Path folder;

    static Path model;

    @BeforeAll
    static void makeModel() throws IOException {
        model = TinyModels.gpt2(folder.resolve("model"), 1);
    }

    @Test
    void writesOneRowACompletionInTheOrderOfTheInput() throws IOException {
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
    void aCompletionDependsOnTheSeedAndNotOnTheBatchSize() throws IOException {
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
        TestContext context = new TestContext();
        byte[] stdin = "Who?\n\nWhere is é?\n".getBytes(StandardCharsets.UTF_8);
        new Generate(new ByteArrayInputStream(stdin)).run(options(null, null, null, 0, 1, 16, 0, false), context);

        assertThat(context.printed()).startsWith("> Who?\n").contains("\n> Where is é?\n");
        assertThat(context.printed()).doesNotContain("generate"); // no progress among what is printed
    }

    @Test
    void rawContinuesThePromptWithoutChatFormat() throws IOException {
        TestContext chat = new TestContext();
        TestContext raw = new TestContext();
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
                        .run(options(null, null, null, 0, 1, 16, 0, false), new TestContext()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("no prompt");
    }

    @Test
    void stopsWhenTheUserAsksTo() {
        assertThatThrownBy(() -> new Generate().run(options("Who?", null, null, 0, 1, 1, 0, false), new TestContext(1)))
                .isInstanceOf(InterruptedRunException.class)
                .hasMessageContaining("same command");
    }

    private static List<JsonNode> generate(Path input, double temperature, int each, int batchSize, long seed)
            throws IOException {
        Path output = folder.resolve("completions.jsonl");
        StageResult result = new Generate()
                .run(options(null, input, output, temperature, each, batchSize, seed, false), new TestContext());
        List<JsonNode> rows = new ArrayList<>();
        for (String line : Files.readAllLines(output)) {
            rows.add(Json.mapper().readTree(line));
        }
        assertThat(result.figures()).containsEntry("completions", (double) rows.size());
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
        return new GenerateOptions(
                model, prompt, input, output, 12, temperature, 0, 1, each, raw, batchSize, seed, "cpu", "float32");
    }
}
