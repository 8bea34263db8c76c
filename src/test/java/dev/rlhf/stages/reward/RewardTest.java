package dev.rlhf.stages.reward;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import dev.rlhf.data.KeyedRow;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.LoadingProgress;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.RewardScorer;
import dev.rlhf.inference.ScoreBatch;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.files.ExportFormat;
import dev.rlhf.label.files.LabelFiles;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.rl.Moments;
import dev.rlhf.stage.StageResult;
import dev.rlhf.stages.batch.Rows;
import dev.rlhf.testing.CheckedRun;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.Chat;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Message;
import dev.rlhf.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RewardTest {
    @TempDir
    private Path folder;

    private Path base;
    private Path rankings;

    @BeforeEach
    void make() throws IOException {
        base = TinyModels.llama(folder.resolve("base"), 1);
        StringBuilder rows = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            rows.append("""
                    {"id": "t%d", "prompt": "Which city is it? %d", "completions": [{"id": "a", "text": "Paris."}, \
                    {"id": "b", "text": "The sea."}, {"id": "c", "text": "I don't know."}], \
                    "rankings": [{"labeler": "one", "ranks": [1, 3, 2]}, {"labeler": "two", "ranks": [1, 2, 2]}]}
                    """.formatted(i, i));
        }
        rankings = Files.writeString(folder.resolve("rankings.jsonl"), rows.toString());
    }

    private RewardOptions options(Object... more) {
        List<Object> all = new ArrayList<>(List.of(
                "output_dir",
                folder.resolve("run"),
                "model_name_or_path",
                base,
                "dataset",
                rankings,
                "eval_fraction",
                0.25,
                "per_device_train_batch_size",
                2,
                "max_length",
                64,
                "learning_rate",
                1e-2,
                "max_steps",
                40,
                "device",
                TestDevice.NAME));
        all.addAll(List.of(more));
        return Options.of(RewardOptions.class, all.toArray());
    }

    @Test
    void learnsTheOrderAndCentresTheScores() throws IOException {
        StageResult result = CheckedRun.of(new Reward(), options(), TestContext.running());
        assertThat(result.metrics().get("eval_accuracy")).isEqualTo(1.0);
        Path model = folder.resolve("run/model");
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                Tokenizer tokenizer = Tokenizer.load(model);
                ScalarModel reward = session.rewardModel(Checkpoint.weightsOf(model))) {
            ConversationFormat format = ConversationFormat.of(tokenizer);
            Chat prompt = Chat.of(List.of(Message.user("Which city is it? 3")));
            List<int[]> sequences = new ArrayList<>();
            for (String text : List.of("Paris.", "I don't know.", "The sea.")) {
                sequences.add(format.answered(prompt, text, true));
            }
            float[] scores = ScoreBatch.of(session.torch(), reward, sequences, 8);
            assertThat(scores[0]).isGreaterThan(scores[1]);
            assertThat(scores[1]).isGreaterThan(scores[2]);
            assertThat((double) (scores[0] + scores[1] + scores[2]) / 3).isCloseTo(0, within(0.2));
            float[] oneByOne = new float[3];
            for (int i = 0; i < 3; i++) {
                oneByOne[i] = ScoreBatch.of(session.torch(), reward, sequences.subList(i, i + 1), 1)[0];
            }
            assertThat(oneByOne).containsExactly(scores, within(1e-5f));
        }
    }

    @Test
    void reportsHeldOutScoresByVerdict() throws IOException {
        StringBuilder questions = new StringBuilder();
        for (int i = 0; i < 8; i++) {
            questions.append("{\"id\": \"t%d\", \"question\": \"Which city is it? %d\", \"answers\": [%s]}\n"
                    .formatted(i, i, i < 4 ? "\"Paris\"" : ""));
        }
        Path file = Files.writeString(folder.resolve("questions.jsonl"), questions.toString());
        TestContext context = TestContext.running();
        Map<String, Double> metrics = new Reward()
                .run(options("eval_dataset", rankings, "questions", file), context)
                .metrics();

        assertThat(metrics.get("eval_score/answerable/correct"))
                .isGreaterThan(metrics.get("eval_score/answerable/refused"));
        assertThat(metrics.get("eval_score/answerable/refused"))
                .isGreaterThan(metrics.get("eval_score/answerable/wrong"));
        assertThat(metrics)
                .containsEntry("eval_verdict_accuracy/answerable", 1.0)
                .doesNotContainKey("eval_score/unanswerable/correct");
        assertThat(metrics.get("eval_score/answerable/correct"))
                .as("the score that the saved model gives")
                .isCloseTo(scores(folder.resolve("run/model"), 4, "Paris.").mean(), within(1e-4));
        assertThat(metrics.get("eval_verdict_accuracy/unanswerable"))
                .as("the labelers put Paris first where it is no answer")
                .isEqualTo(0.5);
        assertThat(context.printed())
                .contains("(n=4), refused", "order right for 12 of 12 pairs", "order right for 4 of 8 pairs")
                .doesNotContain("PPO would learn to refuse");
    }

    @Test
    void warnsOfARewardModelThatPrefersRefusals() throws IOException {
        Files.writeString(
                rankings,
                Files.readString(rankings).replace("[1, 3, 2]", "[2, 3, 1]").replace("[1, 2, 2]", "[2, 3, 1]"));
        Path file = Files.writeString(
                folder.resolve("questions.jsonl"),
                "{\"question\": \"Which city is it? 1\", \"answers\": [\"Paris\"]}\n");
        TestContext context = TestContext.running();
        CheckedRun.of(new Reward(), options("eval_dataset", rankings, "questions", file), context);
        assertThat(context.printed()).contains("warning: where there is an answer, refusals score no lower");
    }

    @Test
    void whatTheSftModelWroteAveragesZeroAndOtherCompletionsDoNotCount() throws IOException {
        Files.writeString(
                rankings,
                Files.readString(rankings)
                        .replace("\"text\": \"Paris.\"", "\"text\": \"Paris.\", \"model\": \"" + base + "\"")
                        .replace("\"The sea.\"", "\"The sea.\", \"model\": \"another\""));
        TestContext context = TestContext.running();
        StageResult result = new Reward().run(options("eval_fraction", 0), context);
        assertThat(context.printed())
                .contains("the mean over the 8 ranked completions, of 24, that " + base + " wrote");
        Moments own = scores(folder.resolve("run/model"), "Paris.");
        assertThat(own.mean()).isCloseTo(0, within(1e-5));
        assertThat(own.std()).isCloseTo(result.metrics().get("reward_std"), within(1e-5));
        assertThat(Math.abs(scores(folder.resolve("run/model"), "The sea.").mean()))
                .isGreaterThan(0.5);
    }

    @Test
    void allRankedCompletionsAverageZeroWhereNoneNamesTheSftModel() throws IOException {
        TestContext context = TestContext.running();
        StageResult result = new Reward().run(options("eval_fraction", 0), context);
        assertThat(context.printed()).contains("the mean over all 24 ranked completions, because none names " + base);
        Moments all = scores(folder.resolve("run/model"), "Paris.", "The sea.", "I don't know.");
        assertThat(all.mean()).isCloseTo(0, within(1e-5));
        assertThat(all.std()).isCloseTo(result.metrics().get("reward_std"), within(1e-5));
    }

    private static Moments scores(Path model, String... texts) {
        return scores(model, 8, texts);
    }

    private static Moments scores(Path model, int prompts, String... texts) {
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                RewardScorer reward = RewardScorer.open(session, model, null, 8)) {
            List<RewardScorer.Scored> all = new ArrayList<>();
            for (int i = 0; i < prompts; i++) {
                for (String text : texts) {
                    all.add(new RewardScorer.Scored(List.of(Message.user("Which city is it? " + i)), text, true));
                }
            }
            Moments moments = Moments.NONE;
            for (double score : reward.scoresOfTexts(all, done -> {})) {
                moments = moments.plus(score);
            }
            return moments;
        }
    }

    @Test
    void aRunWithoutAppliedUpdatesFailsAndSavesNoModel() throws IOException {
        TinyModels.poison(base, "model.norm.weight", 0);
        assertThatThrownBy(() -> new Reward().run(options("max_steps", 3), TestContext.running()))
                .isInstanceOf(FailedRunException.class)
                .hasMessageContaining("none of the 3 updates was applied");
        assertThat(folder.resolve("run/model")).doesNotExist();
    }

    @Test
    void allTiedIsRefused() throws IOException {
        Files.writeString(
                rankings,
                "{\"id\": \"t\", \"prompt\": \"Who?\", \"completions\": [{\"id\": \"a\", \"text\": \"x\"}, {\"id\": "
                        + "\"b\", \"text\": \"y\"}],"
                        + " \"rankings\": [{\"labeler\": \"one\", \"ranks\": [1, 1]}]}\n");
        assertThatThrownBy(() -> new Reward().run(options(), TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("nothing to learn");
    }

    @Test
    void aStoreAndAFileAreTrainedOnTogether() throws IOException {
        try (LabelStore store = LabelStore.open(folder.resolve("labels"))) {
            store.importFile(rankings, ImportOptions.defaults());
        }
        Path pairs = Files.writeString(folder.resolve("pairs.jsonl"), """
                {"prompt": "Which city is it? 0", "chosen": "Paris.", "rejected": "Rome."}
                {"prompt": "Who was it?", "chosen": "Ann.", "rejected": "I don't know."}
                """);
        StageResult result = new Reward()
                .run(
                        options("db", folder.resolve("labels.mv.db"), "dataset", pairs, "max_steps", 1),
                        TestContext.running());
        assertThat(result.metrics()).containsEntry("ranked_prompts", 9.0);
        assertThatThrownBy(() -> Options.of(
                        RewardOptions.class, "output_dir", folder.resolve("run"), "model_name_or_path", base))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("give db");
    }

    @Test
    void consensusTrainsOnOneOrderOfEachPrompt() throws IOException {
        Files.writeString(
                rankings,
                Files.readString(rankings)
                        .replace("\"rankings\": [", "\"rankings\": [{\"labeler\": \"three\", \"ranks\": [3, 1, 2]}, "));
        StageResult all = new Reward().run(options("output_dir", folder.resolve("all")), TestContext.running());
        for (String method : List.of("ranked_pairs", "bradley_terry")) {
            StageResult common = new Reward()
                    .run(
                            options(
                                    "output_dir",
                                    folder.resolve(method),
                                    "preference_source",
                                    "consensus",
                                    "consensus_method",
                                    method),
                            TestContext.running());
            // Two of three put Paris first: against all pairs nobody can be right always, against the common order one
            // can.
            assertThat(common.metrics().get("eval_accuracy")).isEqualTo(1.0);
        }
        assertThat(all.metrics().get("eval_accuracy")).isLessThan(1.0);
    }

    @Test
    void noPromptIsOnBothSidesOfTheSplit() throws IOException {
        StringBuilder rows = new StringBuilder();
        for (int i = 0;
                i < 48;
                i++) { // four tasks per prompt, their labels alternating, the prompts' white space differing
            rows.append("""
                    {"id": "t%d", "prompt": "%sWhich  city is it? %d", "completions": [{"id": "a", "text": "Paris."}, \
                    {"id": "b", "text": "The sea."}], "rankings": [{"labeler": "one", "ranks": [%s]}]}
                    """.formatted(i, i % 8 < 4 ? "" : " ", i % 12, i % 2 == 0 ? "1, 2" : "2, 1"));
        }
        Files.writeString(rankings, rows.toString());
        StageResult result = new Reward().run(options("max_steps", 1, "eval_fraction", 0.25), TestContext.running());
        assertThat(result.metrics())
                .containsEntry("ranked_prompts", 12.0)
                .containsEntry("eval_prompts_in_training", 0.0);
        List<JsonNode> heldOut = Rows.read(folder.resolve("run/held_out.jsonl"));
        List<JsonNode> trainedOn = Rows.read(folder.resolve("run/trained_on.jsonl"));
        assertThat(heldOut).hasSize(12).allSatisfy(row -> {
            assertThat(row.path("file").asText()).isEqualTo(rankings.toString());
            assertThat(row.path("id").asText())
                    .isEqualTo("t" + (row.path("line").asInt() - 1));
        });
        assertThat(trainedOn).hasSize(36);
        Set<Integer> held = prompts(heldOut);
        assertThat(held).hasSize(3);
        assertThat(prompts(trainedOn)).hasSize(9).doesNotContainAnyElementsOf(held);
        assertThat(KeyedRow.keys(folder.resolve("run/held_out.jsonl"))).hasSize(3);
    }

    /** Returns the numbers of the rows' prompts in the test above. */
    private static Set<Integer> prompts(List<JsonNode> rows) {
        return rows.stream().map(row -> (row.path("line").asInt() - 1) % 12).collect(Collectors.toSet());
    }

    @Test
    void aPairEqualsARankingOfTwoAndExportedPairsAreReadBack() throws IOException {
        StringBuilder ranked = new StringBuilder();
        StringBuilder paired = new StringBuilder();
        for (int i = 0; i < 6; i++) {
            String prompt = i % 2 == 0
                    ? "\"prompt\": \"Which city is it? " + i + "\""
                    : "\"messages\": [{\"role\": \"user\", \"content\": \"Which city is it? " + i + "\"}]";
            ranked.append("""
                    {"id": "t%d", %s, "completions": [{"id": "a", "text": "Paris."}, {"id": "b", "text": "The sea", "ended": false}], \
                    "rankings": [{"labeler": "one", "ranks": [1, 2]}]}
                    """.formatted(i, prompt));
            paired.append("""
                    {"id": %d, %s, "chosen": "Paris.", "rejected": "The sea", "rejected_ended": false}
                    """.formatted(i, prompt));
        }
        Files.writeString(rankings, ranked.toString());
        Path exported = folder.resolve("exported.jsonl");
        ExportFormat.PAIRS.write(exported, LabelFiles.read(rankings));
        Path pairs = Files.writeString(folder.resolve("pairs.jsonl"), paired.toString());
        Path mixed = Files.writeString(
                folder.resolve("mixed.jsonl"),
                Stream.concat(
                                ranked.toString().lines().limit(3),
                                paired.toString().lines().skip(3))
                        .collect(Collectors.joining("\n")));
        for (Path dataset : List.of(rankings, pairs, exported, mixed)) {
            Path output = folder.resolve("run-" + dataset.getFileName());
            StageResult result = new Reward()
                    .run(options("output_dir", output, "dataset", dataset, "max_steps", 3), TestContext.running());
            assertThat(result.metrics()).containsEntry("ended_share", 0.5);
            assertThat(output.resolve("model/model.safetensors"))
                    .hasSameBinaryContentAs(folder.resolve("run-rankings.jsonl/model/model.safetensors"));
        }
        Files.writeString(pairs, paired.toString().replace(", \"rejected_ended\": false", ""));
        Path ended = folder.resolve("run-ended");
        new Reward().run(options("output_dir", ended, "dataset", pairs, "max_steps", 3), TestContext.running());
        assertThat(Files.mismatch(
                        ended.resolve("model/model.safetensors"),
                        folder.resolve("run-rankings.jsonl/model/model.safetensors")))
                .isNotEqualTo(-1);
    }

    @Test
    void anEvaluationOfGoldTasksOnlyIsRefusedAndNothingIsSplitInstead() throws IOException {
        Path gold = Files.writeString(folder.resolve("gold.jsonl"), """
                {"id": "g", "prompt": "Which city is it?", "completions": [{"id": "a", "text": "Paris."}, \
                {"id": "b", "text": "The sea."}], "gold": [1, 2], "rankings": [{"labeler": "one", "ranks": [1, 2]}]}
                """);
        assertThatThrownBy(() -> new Reward().run(options("eval_dataset", gold), TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessage("eval_dataset: no ranking puts one completion above another; there is nothing to learn");
    }

    @Test
    void theMarginIsSubtractedInTheLoss() throws IOException {
        Path pairs = folder.resolve("pairs.jsonl");
        double[] losses = new double[2];
        double gap = 0;
        for (int i = 0; i < 2; i++) {
            Files.writeString(
                    pairs,
                    "{\"prompt\": \"Which city is it?\", \"chosen\": \"Paris.\", \"rejected\": \"The sea.\", "
                            + "\"margin\": "
                            + 2 * i + "}\n");
            StageResult result = new Reward()
                    .run(
                            options(
                                    "output_dir",
                                    folder.resolve("run-" + i),
                                    "dataset",
                                    pairs,
                                    "eval_dataset",
                                    pairs,
                                    "center_rewards_coefficient",
                                    0,
                                    "learning_rate",
                                    1e-12,
                                    "max_steps",
                                    1),
                            TestContext.running());
            losses[i] = result.metrics().get("eval_loss");
            gap = result.metrics().get("eval_margin");
            assertThat(result.metrics()).containsEntry("eval_prompts_in_training", 1.0);
        }
        assertThat(losses[0]).isCloseTo(Math.log1p(Math.exp(-gap)), within(1e-5));
        assertThat(losses[1]).isCloseTo(Math.log1p(Math.exp(2 - gap)), within(1e-5));
    }

    @Test
    void equalCompletionsWithDifferentRanksGiveNoPairAndAreCounted() throws IOException {
        Files.writeString(
                rankings,
                Files.readString(rankings).replace("\"The sea.\"", "\"Paris.\"")
                        + "{\"prompt\": \"Who?\", \"chosen\": \"x\", \"rejected\": \"x\"}\n");
        TestContext context = TestContext.running();
        StageResult result = new Reward().run(options("max_steps", 1), context);
        assertThat(result.metrics()).containsEntry("pairs_contradictory", 17.0).containsEntry("ranked_prompts", 8.0);
        assertThat(context.printed()).contains("left out: 17 pairs of equal completions that were ranked apart");
    }

    @Test
    void theEndTokenFollowsOnlyWhatEnded() throws IOException {
        Files.writeString(
                rankings,
                "{\"id\": \"t\", \"prompt\": \"Who?\", \"completions\": [{\"id\": \"a\", \"text\": \"Paris.\"},"
                        + " {\"id\": \"b\", \"text\": \"Paris.\", \"ended\": false}], \"rankings\": [{\"labeler\": "
                        + "\"one\", \"ranks\": [1, 2]}]}\n");
        try (Tokenizer tokenizer = Tokenizer.load(base)) {
            ConversationFormat format = ConversationFormat.of(tokenizer);
            List<Preference> preferences = Preference.read(rankings, UnaryOperator.identity(), System.out);
            LoadingProgress progress = LoadingProgress.ofRows(TestContext.running(), preferences.size());
            RankedGroup group =
                    RankedGroup.of(preferences, format, 64, progress).getFirst();
            int[] ended = group.sequences().get(0);
            int[] cut = group.sequences().get(1);
            assertThat(ended[cut.length]).isEqualTo(format.endId());
            assertThat(cut).isEqualTo(Arrays.copyOf(ended, cut.length));
            assertThat(cut[cut.length - 1]).isNotEqualTo(format.endId());
            assertThat(group.hasPair()).isTrue();
        }
    }

    @Test
    void centringAddsItsCoefficientTimesTheSquaredSumOfAPairsRewards() throws IOException {
        Files.writeString(rankings, """
                {"id": "t", "prompt": "Which city is it?", "completions": [{"id": "a", "text": "Paris."}, \
                {"id": "b", "text": "The sea."}], "rankings": [{"labeler": "one", "ranks": [1, 2]}]}
                """);
        JsonNode plain = firstStep("plain", 0);
        JsonNode centred = firstStep("centred", 0.5);
        double sum = 2 * plain.path("reward/mean").asDouble();
        assertThat(Math.abs(sum)).isGreaterThan(1e-3);
        assertThat(centred.path("loss").asDouble() - plain.path("loss").asDouble())
                .isCloseTo(0.5 * sum * sum, within(1e-3 * sum * sum + 1e-6));
    }

    private JsonNode firstStep(String run, double coefficient) throws IOException {
        new Reward()
                .run(
                        options(
                                "output_dir",
                                folder.resolve(run),
                                "eval_fraction",
                                0,
                                "max_steps",
                                1,
                                "center_rewards_coefficient",
                                coefficient),
                        TestContext.running());
        return Json.mapper()
                .readTree(folder.resolve(run).resolve("metrics.jsonl").toFile());
    }

    @Test
    void asManyCompletionsMayBeTooLongAsMaxLostAllows() throws IOException {
        String words = "The river flows. ".repeat(60);
        Files.writeString(rankings, """
                {"id": "t", "prompt": "Which city is it?", "completions": [{"id": "a", "text": "Paris."}, \
                {"id": "b", "text": "The sea."}, {"id": "c", "text": "%s"}], \
                "rankings": [{"labeler": "one", "ranks": [1, 2, 3]}]}
                """.formatted(words));
        Object[] one = {"eval_fraction", 0, "max_steps", 1, "max_lost", 0.34};
        assertThat(new Reward().run(options(one), TestContext.running()).metrics())
                .containsEntry("ranked_prompts", 1.0);
        one[5] = 0.33;
        assertThatThrownBy(() -> new Reward().run(options(one), TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("1 of 3 completions are longer than max_length 64");
    }

    @Test
    void aPromptThatLosesItsOnlyPairToMaxLengthIsNotCalledTied() throws IOException {
        Files.writeString(rankings, """
                {"prompt": "Which city is it?", "chosen": "Paris.", "rejected": "The sea."}
                {"prompt": "Who?", "chosen": "The keeper.", "rejected": "%s"}
                """.formatted("The river flows. ".repeat(60)));
        TestContext context = TestContext.running();
        new Reward().run(options("eval_fraction", 0, "max_steps", 1, "max_lost", 0.25), context);
        assertThat(context.printed()).contains("1 prompt without a pair (all tied, or too long); 1 of 4 completions");
    }
}
