package dev.rlhf.stages.rank;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.rlhf.base.FailedRunException;
import dev.rlhf.base.InputException;
import dev.rlhf.inference.AnswerJudgeOptions;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.QuestionOptions;
import dev.rlhf.inference.RewardScorer;
import dev.rlhf.label.Completion;
import dev.rlhf.label.Label;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.Prompt;
import dev.rlhf.label.RankedTask;
import dev.rlhf.label.api.ImportOptions;
import dev.rlhf.label.files.LabelFiles;
import dev.rlhf.label.store.LabelStore;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.stage.InterruptedRunException;
import dev.rlhf.stage.OutputOptions;
import dev.rlhf.stage.SeedOptions;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.WaitingForPeopleException;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.Message;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SampleAndRankTest {
    private static final String BATCH = """
            {"id": "q1", "prompt": "Capital of France?", "completions": [{"id": "1", "text": "Rome."}, {"id": "2", "text": "I don't know."}, {"id": "3", "text": "It is Paris."}, {"id": "4", "text": "Paris."}]}
            {"id": "q2", "prompt": "Who is Orson Kovacs?", "completions": [{"id": "1", "text": "A painter."}, {"id": "2", "text": "I don't know."}]}
            """;
    private static final String QUESTIONS = """
            {"id": "q1", "prompt": "Capital of France?", "answers": ["Paris"], "meta": {"relation": "capital"}}
            {"id": "q9", "question": "Capital of Italy?", "answers": ["Rome"], "meta": {"relation": "capital"}}
            {"id": "q2", "question": "Who is Orson Kovacs?", "answers": []}
            """;

    @TempDir
    Path folder;

    private RankOptions.Rule rule = RankOptions.Rule.ANSWERS;
    private @Nullable Path ruleModel;

    @Test
    void samplesABatchThatTheLabelStoreImports() throws Exception {
        Path model = TinyModels.llama(folder.resolve("model"), 1);
        Path prompts = write("prompts.jsonl", """
                {"id": "a", "prompt": "Capital of France?", "subject": "France"}
                {"messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Who?"}]}
                """);
        Map<String, Double> figures = sample(model, prompts, "one", 3);
        List<RankedTask> tasks = LabelFiles.read(folder.resolve("one/batch.jsonl"));

        assertThat(tasks).extracting(RankedTask::id).containsExactly("a", "prompt-000002");
        assertThat(tasks.get(0).prompt().plain()).isTrue();
        assertThat(tasks.get(1).prompt().messages()).hasSize(2);
        assertThat(tasks.get(0).completions())
                .hasSize(3)
                .allSatisfy(completion -> assertThat(completion.model()).isEqualTo(model.toString()));
        assertThat(tasks).allSatisfy(task -> assertThat(task.rankings()).isEmpty());
        assertThat(figures)
                .containsEntry("prompts", 2.0)
                .containsEntry("tasks", 2.0)
                .containsKeys("distinct_completions", "distinct_2", "mean_length", "ended_share");

        long cut = tasks.stream()
                .flatMap(task -> task.completions().stream())
                .filter(completion -> !completion.ended())
                .count();
        assertThat(cut).as("a random model writes on to the limit").isPositive();
        assertThat(figures.get("ended_share")).isCloseTo(1 - cut / 6.0, within(1e-9));
        assertThat(Files.readString(folder.resolve("one/batch.jsonl")).split("\"ended\":false", -1))
                .hasSize((int) cut + 1);

        sample(model, prompts, "two", 3);
        assertThat(folder.resolve("two/batch.jsonl")).hasSameTextualContentAs(folder.resolve("one/batch.jsonl"));
    }

    @Test
    void aPromptThatDoesNotFitIsNamedByItsLine() throws Exception {
        Path model = TinyModels.llama(folder.resolve("model"), 1);
        Path prompts = write(
                "prompts.jsonl", "{\"prompt\": \"Who?\"}\n\n{\"prompt\": \"%s\"}\n".formatted("who ".repeat(200)));
        assertThatThrownBy(() -> sample(model, prompts, "one", 3))
                .isInstanceOf(InputException.class)
                .hasMessageMatching(
                        "\\Q" + prompts + "\\E:3: \\d+ tokens and \\d+ that may follow, but the model has 128"
                                + " positions; shorten it or leave it out");
    }

    @Test
    void addsCompletionsOfOtherModelsAndWrittenOnes() throws Exception {
        Path model = TinyModels.llama(folder.resolve("model"), 1);
        Path other = TinyModels.llama(folder.resolve("other"), 2);
        Path prompts = write("prompts.jsonl", "{\"prompt\": \"Who was the painter?\"}\n");
        Path written = write("written.txt", "I don't know.\n\nNo idea.\n");
        sample(
                model,
                prompts,
                "mixed",
                2,
                TestContext.running(),
                "other_models",
                "[{path: %s, num_completions: 1, temperature: 1.5}]".formatted(other),
                "written_completions",
                written);
        RankedTask task =
                LabelFiles.read(folder.resolve("mixed").resolve(Sample.BATCH)).getFirst();
        assertThat(task.completions())
                .extracting(completion -> completion.model())
                .containsExactly(model.toString(), model.toString(), other.toString(), written.toString());
        assertThat(task.completions().getLast().text()).isIn("I don't know.", "No idea.");
    }

    @Test
    void addsARightAnswerWhereThereIsOne() throws Exception {
        Path model = TinyModels.llama(folder.resolve("model"), 1);
        Path prompts = write("prompts.jsonl", """
                {"id": "known", "prompt": "Capital of France?", "answers": ["Paris", "Paris, France"]}
                {"id": "unknown", "question": "Who is Orson Kovacs?", "answers": []}
                """);
        Path written = write("written.txt", "I don't know.\n");
        TestContext console = TestContext.running();
        withAnswers(model, prompts, written, console);

        List<RankedTask> tasks = LabelFiles.read(folder.resolve("answers").resolve(Sample.BATCH));
        assertThat(tasks.get(0).completions()).hasSize(4).last().satisfies(completion -> {
            assertThat(completion.text()).as("random text has no full stop").isEqualTo("Paris");
            assertThat(completion.model()).isEqualTo(prompts.toString());
            assertThat(completion.ended()).isTrue();
        });
        assertThat(tasks.get(1).completions()).hasSize(3);
        assertThat(console.printed())
                .contains("added a right answer to 1 of 2 prompts; 0 have it among their completions, 1 have none");

        Path silent = write("silent.jsonl", "{\"prompt\": \"Capital of France?\"}\n");
        assertThatThrownBy(() -> withAnswers(model, silent, written, console))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("silent.jsonl:1: no \"answers\"");
    }

    private void withAnswers(Path model, Path prompts, Path written, TestContext console) throws Exception {
        sample(model, prompts, "answers", 2, console, "written_completions", written, "written_answers", true);
    }

    @Test
    void simulatedLabelersAreMarkedAsSuchAndRankByTheRule() throws Exception {
        Map<String, Double> figures = label(RankOptions.Labelers.SIMULATED, 3, 0.0, TestContext.running());

        List<RankedTask> tasks = stored();
        assertThat(tasks)
                .hasSize(2)
                .allSatisfy(task -> assertThat(task.rankings())
                        .hasSize(3)
                        .allSatisfy(ranking -> assertThat(ranking.labelerKind()).isEqualTo(LabelerKind.SIMULATED))
                        .extracting(Label::labeler)
                        .containsExactly("simulated-1", "simulated-2", "simulated-3"));
        assertThat(tasks.get(0).rankings())
                .allSatisfy(r -> assertThat(r.ranks()).containsExactly(4, 3, 2, 1));
        assertThat(tasks.get(1).rankings())
                .allSatisfy(r -> assertThat(r.ranks()).containsExactly(2, 1));
        assertThat(figures)
                .containsEntry("tasks", 2.0)
                .containsEntry("rankings", 6.0)
                .containsEntry("agreement", 1.0)
                .containsEntry("alpha", 1.0)
                .containsEntry("ties_share", 0.0);
    }

    /** Counted as agreement, ties would make labelers who read nothing perfect. */
    @Test
    void labelersWhoTieEverythingDoNotAgree() {
        Label ann = Label.ranking("ann", List.of(1, 1, 1));
        Label bob = Label.ranking("bob", List.of(1, 1, 1));
        List<Completion> completions = Stream.of("a", "b", "c")
                .map(text -> new Completion(text, text, null))
                .toList();
        RankedTask tied = new RankedTask("t", Prompt.text("Which?"), completions, List.of(ann, bob));
        assertThat(RankMetrics.of(List.of(tied)))
                .containsEntry("rankings", 2.0)
                .containsEntry("agreement", Double.NaN)
                .containsEntry("alpha", Double.NaN)
                .containsEntry("ties_share", 1.0);
        RankedTask halfTied = new RankedTask(
                "t",
                Prompt.text("Which?"),
                completions,
                List.of(Label.ranking("ann", List.of(1, 2, 2)), Label.ranking("bob", List.of(1, 2, 3))));
        assertThat(RankMetrics.of(List.of(halfTied)))
                .containsEntry("agreement", 1.0)
                .containsEntry("ties_share", 1.0 / 6)
                .hasEntrySatisfying("alpha", alpha -> assertThat(alpha).isCloseTo(7 / 9.0, within(1e-12)));
    }

    @Test
    void brevityNeedsNoAnswers() throws Exception {
        rule = RankOptions.Rule.BREVITY;
        RankOptions options = options(write("batch.jsonl", BATCH), RankOptions.Labelers.SIMULATED, 1, 0, null);
        new Rank().run(options, TestContext.running());
        assertThat(stored().get(0).rankings().getFirst().ranks()).containsExactly(1, 3, 3, 1);
        assertThat(stored().get(1).rankings().getFirst().ranks()).containsExactly(1, 2);
    }

    @Test
    void aRewardModelRanksByItsScores() throws Exception {
        rule = RankOptions.Rule.REWARD_MODEL;
        ruleModel = TinyModels.reward(folder.resolve("rm"), TinyModels.llama(folder.resolve("base"), 1), 2);
        Path batch = write("batch.jsonl", BATCH);
        new Rank().run(options(batch, RankOptions.Labelers.SIMULATED, 1, 0, null), TestContext.running());
        List<RewardScorer.Scored> scored = LabelFiles.read(batch).getFirst().completions().stream()
                .map(one -> new RewardScorer.Scored(List.of(Message.user("Capital of France?")), one.text(), true))
                .toList();
        try (Models models = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                RewardScorer scorer = RewardScorer.open(models, ruleModel, null, 4)) {
            double[] scores = scorer.scoresOfTexts(scored, done -> {});
            List<Integer> ranks = Arrays.stream(scores)
                    .mapToObj(score -> 1
                            + (int) Arrays.stream(scores)
                                    .filter(other -> other > score)
                                    .count())
                    .toList();
            assertThat(ranks).doesNotHaveDuplicates();
            assertThat(stored().getFirst().rankings().getFirst().ranks()).isEqualTo(ranks);
        }
    }

    @Test
    void aJudgeModelRanksEveryTask() throws Exception {
        rule = RankOptions.Rule.JUDGE_MODEL;
        ruleModel = TinyModels.llama(folder.resolve("judge"), 1);
        new Rank()
                .run(
                        options(write("batch.jsonl", BATCH), RankOptions.Labelers.SIMULATED, 2, 0, null),
                        TestContext.running());
        assertThat(stored()).allSatisfy(task -> {
            assertThat(task.rankings()).hasSize(2);
            assertThat(task.rankings().getFirst().ranks())
                    .isEqualTo(task.rankings().getLast().ranks());
        });
    }

    @Test
    void aRuleOfAModelNeedsTheModel() {
        rule = RankOptions.Rule.JUDGE_MODEL;
        assertThatThrownBy(() -> options(folder, RankOptions.Labelers.SIMULATED, 1, 0, null))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("simulated_model");
    }

    @Test
    void theSameSeedGivesTheSameErrorsOfTheSameLabelers() throws Exception {
        label(RankOptions.Labelers.SIMULATED, 1, 0.5, TestContext.running());
        List<RankedTask> first = stored();
        assertThat(first)
                .extracting(task -> task.rankings().getFirst().labeler())
                .containsExactly("simulated-1", "simulated-2");
        Files.delete(folder.resolve("out/labels.mv.db"));
        label(RankOptions.Labelers.SIMULATED, 1, 0.5, TestContext.running());

        assertThat(stored())
                .usingRecursiveComparison()
                .ignoringFields("rankings.seconds")
                .isEqualTo(first);
    }

    @Test
    void resumesAfterAnInterrupt() throws Exception {
        assertThatThrownBy(() -> label(RankOptions.Labelers.SIMULATED, 3, 0.0, TestContext.stoppingAt(1)))
                .isInstanceOf(InterruptedRunException.class)
                .hasMessageContaining("the same command resumes");
        int before = stored().stream().mapToInt(task -> task.rankings().size()).sum();
        assertThat(before).isBetween(1, 5);

        assertThat(label(RankOptions.Labelers.SIMULATED, 3, 0.0, TestContext.running()))
                .containsEntry("rankings", 6.0);
        assertThat(label(RankOptions.Labelers.SIMULATED, 3, 0.0, TestContext.running()))
                .containsEntry("rankings", 6.0);
    }

    @Test
    void waitsForPeopleUntilTheyHaveRanked() throws Exception {
        assertThatThrownBy(() -> label(RankOptions.Labelers.PEOPLE, 1, 0, TestContext.running()))
                .isInstanceOf(WaitingForPeopleException.class)
                .hasMessageContaining("0 of 2 rankings are in")
                .hasMessageContaining("rlhf label serve --db " + folder.resolve("out/labels"))
                .hasMessageMatching("(?s).*    labeler-1  http://127.0.0.1:8080/#invite=[A-Za-z0-9_-]{43}\n.*")
                .message()
                .doesNotContain("labeler-2");
        assertThatThrownBy(() -> label(RankOptions.Labelers.PEOPLE, 1, 0, TestContext.running()))
                .hasMessageContaining("1 people have links")
                .message()
                .doesNotContain("#invite=");

        try (LabelStore store = LabelStore.open(folder.resolve("out/labels"))) {
            store.importFile(
                    write(
                            "ranked.jsonl",
                            BATCH.lines()
                                    .map(line -> line.replaceFirst(
                                            "\\}$",
                                            ", \"rankings\": [{\"labeler\": \"ann\", \"ranks\": "
                                                    + (line.contains("q1") ? "[4, 3, 1, 1]" : "[2, 1]") + "}]}"))
                                    .reduce("", (all, line) -> all + line + "\n")),
                    ImportOptions.defaults());
        }
        assertThat(label(RankOptions.Labelers.PEOPLE, 1, 0, TestContext.running()))
                .containsEntry("rankings", 2.0)
                .containsEntry("agreement", Double.NaN)
                .containsEntry("ties_share", 1.0 / 7);
    }

    @Test
    void warnsIfRefusalsWinWhereThereIsAnAnswer() throws Exception {
        String won = BATCH.lines()
                .map(line -> line.replaceFirst(
                        "\\}$",
                        ", \"rankings\": [{\"labeler\": \"ann\", \"ranks\": "
                                + (line.contains("q1") ? "[4, 1, 1, 3]" : "[1, 2]") + "}]}"))
                .reduce("", (all, line) -> all + line + "\n");
        List<RankedTask> tasks = LabelFiles.read(write("won.jsonl", won));
        Answers answers = Answers.read(
                write("questions.jsonl", QUESTIONS),
                AnswerJudge.DEFAULT,
                TestContext.running().console());

        RefusalWins answerable = RefusalWins.of(tasks, AnswerJudge.DEFAULT, Optional.of(answers));
        assertThat(answerable).isEqualTo(new RefusalWins(1, 1));
        assertThat(answerable.warning())
                .hasValueSatisfying(
                        text -> assertThat(text).startsWith("warning: a refusal is first in 1 of 1 rankings"));
        RefusalWins all = RefusalWins.of(tasks, AnswerJudge.DEFAULT, Optional.empty());
        assertThat(all).isEqualTo(new RefusalWins(1, 2));
        assertThat(all.warning()).isEmpty();
    }

    @Test
    void refusalsAreCountedByTheAnswersOfTheQuestion() throws Exception {
        List<RankedTask> tasks = LabelFiles.read(write("premise.jsonl", """
                {"id": "q1", "prompt": "Capital of France?", "completions": [{"id": "1", "text": "France is a fictional country."}, {"id": "2", "text": "I don't know."}], "rankings": [{"labeler": "ann", "ranks": [1, 2]}]}
                """));
        Answers answers = Answers.read(
                write("questions.jsonl", QUESTIONS),
                AnswerJudge.DEFAULT,
                TestContext.running().console());

        // there is such a country: the first completion is wrong, and no refusal wins
        assertThat(RefusalWins.of(tasks, AnswerJudge.DEFAULT, Optional.of(answers)))
                .isEqualTo(new RefusalWins(0, 1));
        // without the question both decline, and there is nothing to compare
        assertThat(RefusalWins.of(tasks, AnswerJudge.DEFAULT, Optional.empty())).isEqualTo(new RefusalWins(0, 0));
    }

    @Test
    void aNameInThePassageOfAQuestionIsAGuess() throws Exception {
        List<RankedTask> tasks = LabelFiles.read(write("passage.jsonl", """
                {"id": "q1", "prompt": "Ann left Rome.\\n\\nWho left?", "completions": [{"id": "1", "text": "I don't know. Rome."}, {"id": "2", "text": "Ann."}], "rankings": [{"labeler": "ann", "ranks": [1, 2]}]}
                """));
        Answers answers = Answers.read(
                write("questions.jsonl", """
                        {"id": "q1", "question": "Who left?", "context": "Ann left Rome.", "answers": ["Ann"]}
                        """),
                AnswerJudge.DEFAULT,
                TestContext.running().console());
        assertThat(RefusalWins.of(tasks, AnswerJudge.DEFAULT, Optional.of(answers)))
                .isEqualTo(new RefusalWins(0, 0));
    }

    @Test
    void refusesATaskWithoutAcceptedAnswers() throws Exception {
        Path batch = write("other.jsonl", BATCH.replace("q1", "q7").replace("of France", "of Spain"));
        assertThatThrownBy(() -> new Rank()
                        .run(
                                options(
                                        batch,
                                        RankOptions.Labelers.SIMULATED,
                                        3,
                                        0,
                                        write("questions.jsonl", QUESTIONS)),
                                TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("q7");
        Path silent = write("silent.jsonl", "{\"id\": \"q1\", \"prompt\": \"Capital of France?\"}\n");
        assertThatThrownBy(() -> new Rank()
                        .run(
                                options(write("batch.jsonl", BATCH), RankOptions.Labelers.SIMULATED, 3, 0, silent),
                                TestContext.running()))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("silent.jsonl")
                .hasMessageContaining("\"answers\"");
    }

    @Test
    void simulatedLabelersNeedAnswersAndEnoughOfThem() {
        Path file = folder.resolve("x");
        assertThatThrownBy(() -> options(file, RankOptions.Labelers.SIMULATED, 3, 0, null))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("questions");
        assertThatThrownBy(() -> options(file, RankOptions.Labelers.SIMULATED, 4, 0, file))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("overlap: 4");
    }

    @Test
    void aModelWithWeightsThatAreNotFiniteIsRefused() throws IOException {
        Path model = TinyModels.llama(folder.resolve("nan"), 1);
        TinyModels.poison(model, "model.norm.weight", 0);
        Path prompts = write("nan.jsonl", "{\"prompt\": \"Who?\"}\n");
        assertThatThrownBy(() -> sample(model, prompts, "none", 2))
                .isInstanceOf(FailedRunException.class)
                .hasMessageStartingWith("the model's logits are NaN or infinite at new token 1 of a completion");
        assertThat(folder.resolve("none/batch.jsonl")).doesNotExist();
    }

    private Map<String, Double> sample(Path model, Path prompts, String output, int each) throws IOException {
        return sample(model, prompts, output, each, TestContext.running());
    }

    private Map<String, Double> sample(
            Path model, Path prompts, String output, int each, StageContext context, Object... more)
            throws IOException {
        List<Object> set = new ArrayList<>(List.of(
                "model_name_or_path",
                model,
                "prompts",
                prompts,
                "output_dir",
                folder.resolve(output),
                "num_completions",
                each,
                "max_new_tokens",
                8,
                "seed",
                5,
                "device",
                TestDevice.NAME));
        set.addAll(List.of(more));
        return new Sample()
                .run(Options.of(SampleOptions.class, set.toArray()), context)
                .metrics();
    }

    private Map<String, Double> label(
            RankOptions.Labelers labelers, int overlap, double errorRate, StageContext context) throws Exception {
        Path questions = write("questions.jsonl", QUESTIONS);
        return new Rank()
                .run(options(write("batch.jsonl", BATCH), labelers, overlap, errorRate, questions), context)
                .metrics();
    }

    private RankOptions options(
            Path batch, RankOptions.Labelers labelers, int overlap, double errorRate, @Nullable Path questions) {
        return new RankOptions(
                batch,
                new OutputOptions(folder.resolve("out")),
                null,
                labelers,
                overlap,
                1,
                rule,
                ruleModel,
                3,
                errorRate,
                null,
                "127.0.0.1",
                0,
                new SeedOptions(11),
                new QuestionOptions(questions, new AnswerJudgeOptions(List.of(), null)),
                new EngineOptions(TestDevice.NAME, "float32"));
    }

    private List<RankedTask> stored() throws IOException {
        try (LabelStore store = LabelStore.openExisting(folder.resolve("out/labels"))) {
            return store.tasks(null);
        }
    }

    private Path write(String name, String text) throws IOException {
        return Files.writeString(folder.resolve(name), text);
    }
}
