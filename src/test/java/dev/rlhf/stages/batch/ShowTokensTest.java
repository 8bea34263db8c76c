package dev.rlhf.stages.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TinyModels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShowTokensTest {
    private static final String GREEN = "\u001b[32m";
    private static final String DIM = "\u001b[2m";
    private static final String PLAIN = "\u001b[0m";

    @TempDir
    static Path folder;

    static Path model;

    @BeforeAll
    static void makeModel() throws IOException {
        model = TinyModels.gpt2(folder.resolve("model"), 1);
    }

    @Test
    void marksTokensThatAreTrainedOnWithAStar() throws IOException {
        Path input = Rows.write(folder.resolve("pair.jsonl"), "{\"prompt\": \"a\", \"response\": \"b\"}");
        List<String> lines = show(false, "input", input).lines().toList();

        assertThat(lines.getFirst()).matches("row 1: \\d+ tokens, 2 trained on");
        assertThat(lines.subList(1, 5))
                .containsExactly("<|im_start|>user", "a<|im_end|>", "<|im_start|>assistant", "b<|im_end|>");
        List<String> trained =
                lines.stream().filter(line -> line.startsWith("*")).toList();
        assertThat(trained).hasSize(2);
        assertThat(trained.getFirst()).endsWith("  b");
        assertThat(trained.getLast()).endsWith("  <|im_end|>");
    }

    @Test
    void paintsTextLineByLine() throws IOException {
        Path input = Rows.write(folder.resolve("two.jsonl"), "{\"prompt\": \"a\", \"response\": \"b\\nc\"}");
        List<String> lines = show(true, "input", input).lines().toList();

        assertThat(lines.subList(1, 6))
                .containsExactly(
                        DIM + "<|im_start|>user" + PLAIN,
                        DIM + "a<|im_end|>" + PLAIN,
                        DIM + "<|im_start|>assistant" + PLAIN,
                        GREEN + "b" + PLAIN,
                        GREEN + "c<|im_end|>" + PLAIN);
        assertThat(lines.get(6)).startsWith(DIM).endsWith("<|im_start|>" + PLAIN);
    }

    @Test
    void writesIdsAndLabelsAsInTrainingOneJsonObjectPerRow() throws IOException {
        Path input = Rows.write(
                folder.resolve("rows.jsonl"),
                "{\"messages\": [{\"role\": \"user\", \"content\": \"a\"}, {\"role\": \"assistant\", \"content\": "
                        + "\"b\"}, {\"role\": \"user\", \"content\": \"c\"}, {\"role\": \"assistant\", \"content\": "
                        + "\"d\"}]}",
                "{\"prompt\": \"a\"}",
                "{\"text\": \"<|im_start|>x\"}",
                "{\"input_ids\": [5, 6]}",
                "{\"input_ids\": [5, 6], \"labels\": [-100, 6]}",
                "{\"prompt\": \"a\", \"response\": \" \"}");
        List<JsonNode> rows = json("input", input);

        assertThat(rows)
                .extracting(row -> row.path("text").asText())
                .startsWith(
                        "<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\nb<|im_end|>\n"
                                + "<|im_start|>user\nc<|im_end|>\n<|im_start|>assistant\nd<|im_end|>\n",
                        "<|im_start|>user\na<|im_end|>\n<|im_start|>assistant\n",
                        "<|im_start|>x");
        assertThat(trained(rows.get(0))).containsExactly("b", "<|im_end|>", "d", "<|im_end|>");
        assertThat(trained(json("input", input, "index", 1, "assistant_turns", "last")
                        .getFirst()))
                .containsExactly("d", "<|im_end|>");
        assertThat(trained(rows.get(1))).isEmpty();
        assertThat(rows.get(2).path("tokens").get(0).asText())
                .as("a text of one's own making")
                .isEqualTo("<|im_start|>");
        assertThat(Rows.ints(rows.get(3).path("labels"))).containsExactly(-100, -100);
        assertThat(Rows.ints(rows.get(4).path("labels"))).containsExactly(-100, 6);
        assertThat(rows)
                .extracting(row -> row.path("dropped").asBoolean())
                .containsExactly(false, false, false, false, false, true);
    }

    @Test
    void reportsTruncatedAndDroppedRows() throws IOException {
        Path input = Rows.write(
                folder.resolve("long.jsonl"),
                "{\"prompt\": \"a\", \"response\": \"the keeper of the light\"}",
                "{\"prompt\": \"the keeper of the light\", \"response\": \"a\"}");
        String shown = show(false, "input", input, "max_length", 22);

        assertThat(shown)
                .containsPattern("row 1: 22 tokens, \\d+ trained on; cut at max_length, of \\d+ tokens")
                .contains("; dropped: nothing to train on")
                .contains("2 rows: 1 dropped (nothing to train on), 1 truncated at max_length 22");
    }

    @Test
    void needsNoTokenizerForTokenIds() throws IOException {
        Path bare = folder.resolve("bare");
        Files.createDirectories(bare);
        for (String file : List.of("config.json", "model.safetensors")) {
            Files.copy(model.resolve(file), bare.resolve(file));
        }
        Path ids = Rows.write(folder.resolve("ids.jsonl"), Rows.ids(3, 4));
        TestContext context = TestContext.running();
        new ShowTokens(false)
                .run(Options.of(ShowTokensOptions.class, "model_name_or_path", bare, "input", ids), context);
        assertThat(context.printed()).contains("row 1: 2 tokens, 0 trained on", "    1        4");

        Path text = Rows.write(folder.resolve("text.jsonl"), Rows.ids(3), "", "{\"text\": \"a\"}");
        assertThatThrownBy(() -> new ShowTokens(false)
                        .run(
                                Options.of(ShowTokensOptions.class, "model_name_or_path", bare, "input", text),
                                TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("text.jsonl:3: text needs a tokenizer");
    }

    @Test
    void refusesAnIndexBeyondTheLastRow() throws IOException {
        Path input = Rows.write(folder.resolve("one.jsonl"), "{\"prompt\": \"a\"}");
        assertThatThrownBy(() -> json("input", input, "index", 2))
                .isInstanceOf(InputException.class)
                .hasMessage("index: 2, but the file has 1 row");
        assertThatThrownBy(() -> json("input", input, "prompt", "a"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("give either an input or a prompt");
    }

    private static List<JsonNode> json(Object... options) throws IOException {
        List<Object> all = new ArrayList<>(List.of("json", true));
        all.addAll(List.of(options));
        List<JsonNode> rows = new ArrayList<>();
        for (String line : show(false, all.toArray()).lines().toList()) {
            rows.add(Json.mapper().readTree(line));
        }
        return rows;
    }

    private static List<String> trained(JsonNode row) {
        int[] labels = Rows.ints(row.path("labels"));
        return IntStream.range(0, labels.length)
                .filter(i -> labels[i] != -100)
                .mapToObj(i -> row.path("tokens").get(i).asText())
                .toList();
    }

    private static String show(boolean colour, Object... options) throws IOException {
        List<Object> all = new ArrayList<>(List.of("model_name_or_path", model));
        all.addAll(List.of(options));
        TestContext context = TestContext.running();
        new ShowTokens(colour).run(Options.of(ShowTokensOptions.class, all.toArray()), context);
        return context.printed();
    }
}
