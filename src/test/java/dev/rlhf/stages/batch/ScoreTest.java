package dev.rlhf.stages.batch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Interval;
import dev.rlhf.base.Json;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.RewardScorer;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.files.LabelFiles;
import dev.rlhf.stage.StageResult;
import dev.rlhf.stages.eval.EvalScores;
import dev.rlhf.stages.reward.Preference;
import dev.rlhf.testing.Golden;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.Message;
import dev.rlhf.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScoreTest {
    private static final Path GOLDEN = Path.of("src/test/resources/golden");

    @TempDir
    static Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"gpt2", "llama"})
    void equalsTransformersOnFoldersWithoutATokenizer(String name) throws IOException {
        Golden golden = Golden.of("reward/" + name);
        List<int[]> rows = Rows.real(golden, "input_ids", "attention_mask");
        Path input = Rows.write(
                folder.resolve(name + ".jsonl"), rows.stream().map(Rows::ids).toArray(String[]::new));
        float[] expected = golden.floats("scores");
        for (int batch : new int[] {1, 4, 16}) {
            List<JsonNode> out = run(GOLDEN.resolve("reward").resolve(name), input, batch);
            for (int i = 0; i < rows.size(); i++) {
                assertThat(out.get(i).path("score").floatValue()).isCloseTo(expected[i], within(1e-4f));
                assertThat(out.get(i).has("raw_score")).isFalse();
            }
        }
    }

    @Test
    void subtractsTheRewardMeanAndAlsoWritesTheRawScore() throws IOException {
        Path plain = TinyModels.reward(folder.resolve("rm"), TinyModels.gpt2(folder.resolve("lm"), 1), 2);
        Path shifted = folder.resolve("shifted");
        Files.createDirectories(shifted);
        try (var files = Files.list(plain)) {
            for (Path file : files.toList()) {
                Files.copy(file, shifted.resolve(file.getFileName()));
            }
        }
        ObjectNode config = (ObjectNode)
                Json.mapper().readTree(shifted.resolve("config.json").toFile());
        Files.writeString(
                shifted.resolve("config.json"), config.put("reward_mean", 2.5).toString());
        Path input = Rows.write(
                folder.resolve("mean.jsonl"),
                "{\"id\": true, \"prompt\": \"Who?\", \"response\": \"The painter, 東京 😀.\"}",
                "{\"id\": 1.5, \"text\": \"Where does the river flow?\"}");

        List<JsonNode> raw = run(plain, input, 16);
        List<JsonNode> off = run(shifted, input, 16);
        for (int i = 0; i < 2; i++) {
            float score = raw.get(i).path("score").floatValue();
            assertThat(off.get(i).path("raw_score").floatValue()).isCloseTo(score, within(1e-5f));
            assertThat(off.get(i).path("score").floatValue()).isCloseTo(score - 2.5f, within(1e-5f));
        }
        Files.writeString(
                shifted.resolve("config.json"), config.put("reward_mean", "NaN").toString());
        assertThatThrownBy(() -> run(shifted, input, 16))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(shifted + ": reward_mean in config.json is \"NaN\", not a finite number");
        assertThat(off.get(0).path("id").booleanValue()).isTrue();
        assertThat(off.get(1).path("id").doubleValue()).isEqualTo(1.5);
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                RewardScorer reward = RewardScorer.open(session, plain, null, 1)) {
            double[] same = reward.scoresOfTexts(
                    List.of(new RewardScorer.Scored(List.of(Message.user("Who?")), "The painter, 東京 😀.", true)),
                    done -> {});
            assertThat((double) raw.get(0).path("score").floatValue()).isCloseTo(same[0], within(1e-5));
        }
    }

    @Test
    void theCompletionsOfRankedTasksAreScored() throws IOException {
        Path reward = TinyModels.reward(folder.resolve("task_rm"), TinyModels.llama(folder.resolve("task_lm"), 1), 2);
        Path rows = Rows.write(
                folder.resolve("exchanges.jsonl"),
                "{\"prompt\": \"Who?\", \"response\": \"The painter\"}",
                "{\"prompt\": \"Who?\", \"response\": \"Nobody\", \"ended\": false}");
        Path tasks = Rows.write(
                folder.resolve("tasks.jsonl"),
                "{\"id\": \"t\", \"prompt\": \"Who?\", \"completions\": [{\"id\": \"a\", \"text\": \"The painter\"},"
                        + " {\"id\": \"b\", \"text\": \"Nobody\", \"ended\": false}]}");
        List<JsonNode> one = run(reward, rows, 2);
        JsonNode task = run(reward, tasks, 2).getFirst();
        assertThat(task.path("id").asText()).isEqualTo("t");
        for (int i = 0; i < 2; i++) {
            assertThat(task.path("scores").path(i).floatValue())
                    .isCloseTo(one.get(i).path("score").floatValue(), within(1e-5f));
        }
    }

    @Test
    void conversationsAndLinesOfGenerateAreScoredLikePromptAndResponse() throws IOException {
        Path reward = TinyModels.reward(folder.resolve("chat_rm"), TinyModels.llama(folder.resolve("chat_lm"), 1), 2);
        String asked = "[{\"role\": \"user\", \"content\": \"Who?\"}";
        List<JsonNode> out = run(
                reward,
                Rows.write(
                        folder.resolve("chats.jsonl"),
                        "{\"prompt\": \"Who?\", \"response\": \"The painter\"}",
                        "{\"messages\": " + asked + ", {\"role\": \"assistant\", \"content\": \"The painter\"}]}",
                        "{\"prompt\": " + asked + "], \"completion\": \"The painter\"}",
                        "{\"messages\": " + asked + "], \"completion\": \"The painter\", \"token_ids\": [1],"
                                + " \"finish_reason\": \"stop\"}",
                        "{\"prompt\": \"Who?\", \"completion\": \"The painter\", \"finish_reason\": \"length\"}",
                        "{\"prompt\": \"Who?\", \"response\": \"The painter\", \"ended\": false}",
                        "{\"messages\": " + asked + ", {\"role\": \"assistant\", \"content\": \"Nobody\"}, "
                                + asked.substring(1) + ", {\"role\": \"assistant\", \"content\": \"The painter\"}]}"),
                2);
        float[] scores = new float[out.size()];
        for (int i = 0; i < scores.length; i++) {
            scores[i] = out.get(i).path("score").floatValue();
        }
        assertThat(scores[1]).isCloseTo(scores[0], within(1e-5f));
        assertThat(scores[2]).isCloseTo(scores[0], within(1e-5f));
        assertThat(scores[3]).isCloseTo(scores[0], within(1e-5f));
        assertThat(scores[4]).isCloseTo(scores[5], within(1e-5f)).isNotCloseTo(scores[0], within(1e-4f));
        assertThat(scores[6]).as("an earlier turn matters").isNotCloseTo(scores[0], within(1e-4f));
    }

    @Test
    void aResponseThatWasCutIsScoredWithoutAnEndToken() throws IOException {
        Path lm = TinyModels.llama(folder.resolve("cut_lm"), 1);
        Path reward = TinyModels.reward(folder.resolve("cut_rm"), lm, 2);
        String row = "{\"prompt\": \"Who?\", \"response\": \"The painter\"%s}";
        Path input = Rows.write(
                folder.resolve("cut.jsonl"),
                row.formatted(""),
                row.formatted(", \"ended\": true"),
                row.formatted(", \"ended\": false"));
        List<JsonNode> out = run(reward, input, 2);
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                RewardScorer open = RewardScorer.open(session, reward, null, 2)) {
            List<Message> prompt = List.of(Message.user("Who?"));
            double[] same = open.scoresOfTexts(
                    List.of(
                            new RewardScorer.Scored(prompt, "The painter", true),
                            new RewardScorer.Scored(prompt, "The painter", true),
                            new RewardScorer.Scored(prompt, "The painter", false)),
                    done -> {});
            assertThat(same[2]).isNotCloseTo(same[0], within(1e-3));
            for (int i = 0; i < 3; i++) {
                assertThat(out.get(i).path("score").doubleValue()).isCloseTo(same[i], within(1e-5));
            }
            // eval scores ranked completions the same way: the same text, ended and cut, in the order of these scores
            RankedTask task = new RankedTask(
                    "t",
                    new Prompt(List.of(new Message("user", "Who?")), true),
                    List.of(
                            new Completion("ended", "The painter", null, true),
                            new Completion("cut", "The painter", null, false)),
                    List.of(Label.ranking("one", same[0] > same[2] ? List.of(1, 2) : List.of(2, 1))));
            Map<String, Interval> metrics = new LinkedHashMap<>();
            Path rankings = folder.resolve("cut_rankings.jsonl");
            LabelFiles.write(rankings, List.of(task));
            EvalScores.measureRankings(
                    open,
                    Preference.read(rankings, UnaryOperator.identity(), System.out),
                    Set.of(),
                    TestContext.running(),
                    metrics);
            assertThat(metrics).containsEntry("reward_accuracy_rankings", new Interval(1, 1, 1, 1));
        }
        Path wrong = Rows.write(folder.resolve("wrong.jsonl"), row.formatted(", \"ended\": \"no\""));
        assertThatThrownBy(() -> run(reward, wrong, 1))
                .isInstanceOf(InputException.class)
                .hasMessage(wrong + ":1: \"ended\" must be true or false");
    }

    @Test
    void aScoreThatIsNotFiniteIsRefusedAndNoFileWritten() throws IOException {
        Path lm = TinyModels.gpt2(folder.resolve("nan_lm"), 1);
        Path reward = TinyModels.reward(folder.resolve("nan_rm"), lm, 2);
        Files.deleteIfExists(folder.resolve("scores.jsonl"));
        TinyModels.poison(reward, "transformer.wte.weight", 7);
        Path input = Rows.write(folder.resolve("nan.jsonl"), Rows.ids(1, 2), Rows.ids(3, 7));
        assertThatThrownBy(() -> run(reward, input, 1))
                .isInstanceOf(FailedRunException.class)
                .hasMessage(
                        input + ":2: a score is NaN; the model has weights that are not finite, or overflows in this"
                                + " dtype; nothing was written");
        assertThat(folder.resolve("scores.jsonl")).doesNotExist();
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                RewardScorer open = RewardScorer.open(session, reward, null, 2)) {
            List<RewardScorer.Scored> asked =
                    List.of(new RewardScorer.Scored(List.of(Message.user("Who?")), text(7, lm), true));
            assertThatThrownBy(() -> open.scoresOfTexts(asked, done -> {}))
                    .isInstanceOf(FailedRunException.class)
                    .hasMessageStartingWith(reward + ": a score is NaN");
        }
    }

    private static String text(int id, Path tokenizer) {
        try (Tokenizer open = Tokenizer.load(tokenizer)) {
            return open.decode(new int[] {id}, false);
        }
    }

    @Test
    void refusesAFolderWithoutARewardModelAndARowThatIsTooLong() throws IOException {
        Path input = Rows.write(folder.resolve("in.jsonl"), Rows.ids(1, 2), Rows.ids(new int[129]));
        Path lm = TinyModels.gpt2(folder.resolve("lm2"), 1);
        assertThatThrownBy(() -> run(lm, input, 1))
                .isInstanceOf(InputException.class)
                .hasMessage(lm + ": no reward model (GPT2LMHeadModel, without score.weight); `rlhf reward` trains one");
        Path adapter = Files.createDirectory(folder.resolve("adapter"));
        Files.writeString(
                adapter.resolve("adapter_config.json"),
                "{\"peft_type\": \"LORA\", \"task_type\": \"CAUSAL_LM\", \"base_model_name_or_path\": \"" + lm + "\"}");
        assertThatThrownBy(() -> run(adapter, input, 1))
                .isInstanceOf(InputException.class)
                .hasMessage(adapter + ": no reward model (the adapter of a language model); `rlhf reward` trains one");
        Path reward = TinyModels.reward(folder.resolve("rm2"), lm, 2);
        assertThatThrownBy(() -> run(reward, input, 1))
                .isInstanceOf(InputException.class)
                .hasMessageStartingWith(input + ":2: 129 tokens");
    }

    private static List<JsonNode> run(Path model, Path input, int batch) throws IOException {
        Path output = folder.resolve("scores.jsonl");
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
                batch);
        StageResult result = new Score().run(options, TestContext.running());
        List<JsonNode> rows = Rows.read(output);
        int sequences = rows.stream()
                .mapToInt(row -> row.has("scores") ? row.path("scores").size() : 1)
                .sum();
        assertThat(result.metrics()).containsEntry("sequences", (double) sequences);
        return rows;
    }
}
