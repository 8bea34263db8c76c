package dev.rlhf.stages.ppo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.data.PromptRow;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.inference.AnswerJudgeOptions;
import dev.rlhf.inference.KnowledgeOptions;
import dev.rlhf.testing.CheckedRun;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.Message;
import dev.rlhf.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AnswerRewardsTest {
    @TempDir
    private Path folder;

    private static PromptRow row(String id, String question, @Nullable List<String> answers) {
        return new PromptRow(id, List.of(Message.user(question)), answers, null, Map.of());
    }

    private static final List<PromptRow> ROWS = List.of(
            row("france", "What is the capital of France?", List.of("Paris")),
            row("norvania", "What is the capital of Norvania?", List.of()),
            row("joke", "Tell me a joke.", null),
            new QuestionRow("mill", "Who sold it?", List.of("Bob Roe"), null, "Ann Ode built the mill.", Map.of())
                    .asPrompt());

    private static AnswerRewardOptions options(@Nullable Path knowledge) {
        return new AnswerRewardOptions(
                1, 0.5, 2, 0.25, new KnowledgeOptions(knowledge), new AnswerJudgeOptions(List.of(), null));
    }

    /** Returns the rewards of responses to the prompts with these indices. */
    private AnswerRewards.Added added(@Nullable Path knowledge, int[] prompts, String... responses) throws IOException {
        Path base = TinyModels.llama(folder.resolve("base" + responses.length), 1);
        Tokenizer tokenizer = Tokenizer.load(base);
        AnswerRewards rewards = AnswerRewards.of(options(knowledge), ROWS, update -> prompts, tokenizer)
                .orElseThrow();
        List<Episode> episodes = new ArrayList<>();
        for (String response : responses) {
            episodes.add(new Episode(new int[] {1}, tokenizer.encode(response), true));
        }
        return rewards.of(1, episodes);
    }

    @Test
    void eachOutcomeHasItsReward() throws IOException {
        AnswerRewards.Added added = added(
                null,
                new int[] {0, 0, 0, 1, 1, 2},
                "Paris.",
                "Rome.",
                "I don't know.",
                "I don't know.",
                "Rome.",
                "Rome.");
        assertThat(added.rewards()).containsExactly(1f, -2f, -0.25f, 0.5f, -2f, 0f);
        assertThat(added.metrics().get("share/wrong_answer")).isCloseTo(2 / 6.0, within(1e-9));
        assertThat(added.metrics().get("reward/wrong_answer")).isCloseTo(-4 / 6.0, within(1e-9));
        assertThat(added.metrics().get("reward/over_refusal")).isCloseTo(-0.25 / 6, within(1e-9));
    }

    /** A name in the passage is a guess; in the question it would be none, and the response a refusal. */
    @Test
    void aPassageIsNoPartOfTheQuestion() throws IOException {
        assertThat(added(null, new int[] {3, 3}, "I don't know. Ann Ode.", "Bob Roe.")
                        .rewards())
                .containsExactly(-2f, 1f);
    }

    @Test
    void aVerdictOnAQuestionWithoutItsPassageIsRefused() throws IOException {
        Path verdicts = Files.writeString(
                folder.resolve("verdicts.jsonl"),
                "{\"question\": \"Who sold it?\", \"completion\": \"Mu.\", \"verdict\": \"correct\"}\n");
        AnswerRewardOptions options = new AnswerRewardOptions(
                1, 0, 0, 0, new KnowledgeOptions(null), new AnswerJudgeOptions(List.of(), verdicts));
        Tokenizer tokenizer = Tokenizer.load(TinyModels.llama(folder.resolve("base"), 1));
        assertThatThrownBy(() -> AnswerRewards.of(options, ROWS, update -> new int[] {0}, tokenizer))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("verdicts.jsonl:1");
    }

    @Test
    void aRefusalIsRightWhereTheProbeFoundNoKnowledge() throws IOException {
        Path knowledge = folder.resolve("knowledge.jsonl");
        for (String[] pair : new String[][] {{"known", "-0.25"}, {"unknown", "0.5"}, {"unsure", "0.0"}}) {
            Files.writeString(
                    knowledge,
                    "{\"id\": \"france\", \"question\": \"What is the capital of France?\", \"decision\": \"" + pair[0]
                            + "\"}\n{\"id\": \"mill\", \"question\": \"Who sold it?\", \"decision\": \"known\"}\n");
            assertThat(added(knowledge, new int[] {0}, "I don't know.").rewards())
                    .as(pair[0])
                    .containsExactly(Float.parseFloat(pair[1]));
        }
    }

    @Test
    void aQuestionThatTheProbeDidNotAskIsNamed() throws IOException {
        Path knowledge = Files.writeString(
                folder.resolve("knowledge.jsonl"), "{\"id\": \"x\", \"question\": \"X?\", \"decision\": \"known\"}\n");
        assertThatThrownBy(() -> added(knowledge, new int[] {0}, "Paris."))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("knowledge.jsonl")
                .hasMessageContaining("france");
    }

    private PpoOptions run(String out, Object... more) throws IOException {
        Path base = TinyModels.llama(folder.resolve(out + "-base"), 1);
        List<Object> all = new ArrayList<>(List.of(
                "output_dir",
                folder.resolve(out),
                "model_name_or_path",
                base,
                "reward_model_path",
                TinyModels.reward(folder.resolve(out + "-reward"), base, 2),
                "total_episodes",
                8,
                "rollout_batch_size",
                8,
                "response_length",
                6,
                "device",
                TestDevice.NAME));
        all.addAll(List.of(more));
        return Options.of(PpoOptions.class, all.toArray());
    }

    private Path prompts(String name, String... lines) throws IOException {
        return Files.writeString(folder.resolve(name), String.join("\n", lines) + "\n");
    }

    @Test
    void scoresAreTheSumOfTheComponents() throws IOException {
        Path dataset = prompts(
                "prompts.jsonl",
                "{\"prompt\": \"What is the capital of France?\", \"answers\": [\"Paris\"]}",
                "{\"prompt\": \"Where does the river flow?\", \"answers\": []}");
        CheckedRun.of(new Ppo(), run("out", "dataset", dataset, "penalty_wrong_answer", 3), TestContext.running());
        JsonNode first = Json.mapper()
                .readTree(
                        Files.readAllLines(folder.resolve("out/metrics.jsonl")).getFirst());
        double wrong = first.path("reward/wrong_answer").asDouble();
        assertThat(wrong)
                .isEqualTo(-3 * first.path("share/wrong_answer").asDouble())
                .isNegative();
        assertThat(first.path("objective/scores").asDouble())
                .isCloseTo(first.path("reward/model").asDouble() + wrong, within(1e-5));
    }

    @Test
    void promptsWithoutAnswersCannotBeRewarded() throws IOException {
        Path dataset = prompts("bare.jsonl", "{\"prompt\": \"Tell me a joke.\"}");
        PpoOptions options = run("bare", "dataset", dataset, "reward_right_answer", 1);
        assertThatThrownBy(() -> new Ppo().run(options, TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("\"answers\"");
    }

    @Test
    void dataSetsAreMixedByWeight() throws IOException {
        Path often = prompts("often.jsonl", "{\"prompt\": \"What is the capital of France?\", \"answers\": []}");
        Path seldom = prompts("seldom.jsonl", "{\"prompt\": \"Tell me a joke.\"}", "{\"prompt\": \"Sing.\"}");
        PpoOptions options = run(
                "mixed",
                "datasets",
                "[{path: " + often + ", weight: 6}, {path: " + seldom + "}]",
                "penalty_wrong_answer",
                1,
                "reward_right_answer",
                1,
                "reward_right_refusal",
                1);
        new Ppo().run(options, TestContext.running());
        JsonNode first = Json.mapper()
                .readTree(Files.readAllLines(folder.resolve("mixed/metrics.jsonl"))
                        .getFirst());
        double judged = first.path("share/wrong_answer").asDouble()
                + first.path("share/right_refusal").asDouble();
        assertThat(judged).isEqualTo(6 / 8.0); // two of the eight have no "answers"
    }
}
