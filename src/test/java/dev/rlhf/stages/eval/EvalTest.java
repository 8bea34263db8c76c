package dev.rlhf.stages.eval;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Interval;
import dev.rlhf.base.Json;
import dev.rlhf.data.ContentKey;
import dev.rlhf.data.Document;
import dev.rlhf.data.KeyedRow;
import dev.rlhf.data.Origin;
import dev.rlhf.data.Split;
import dev.rlhf.inference.AnswerJudgeOptions;
import dev.rlhf.inference.BatchSamplingOptions;
import dev.rlhf.inference.BatchSizeOptions;
import dev.rlhf.inference.CompletionOptions;
import dev.rlhf.inference.ConversationOptions;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.KnowledgeOptions;
import dev.rlhf.inference.LanguageModel;
import dev.rlhf.inference.LogProbScorer;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.QuestionOptions;
import dev.rlhf.inference.TemperatureOptions;
import dev.rlhf.report.console.ComparisonTable;
import dev.rlhf.report.html.AnswerCurves;
import dev.rlhf.report.html.SampleComparison;
import dev.rlhf.stage.OutputOptions;
import dev.rlhf.stage.SeedOptions;
import dev.rlhf.stage.StageContext;
import dev.rlhf.testing.CheckedRun;
import dev.rlhf.testing.Options;
import dev.rlhf.testing.TestContext;
import dev.rlhf.testing.TestDevice;
import dev.rlhf.testing.TinyModels;
import dev.rlhf.text.Message;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvalTest {
    @TempDir
    static Path folder;

    static Path questions;
    static Path rankings;
    static Path documents;
    static EvalOptions.Model one;
    static EvalOptions.Model two;
    static Path reward;
    static Path heldout;

    @BeforeAll
    static void makeModelsAndData() throws IOException {
        one = new EvalOptions.Model("one", TinyModels.llama(folder.resolve("one"), 1), null);
        two = new EvalOptions.Model("two", TinyModels.llama(folder.resolve("two"), 2), null);
        reward = TinyModels.reward(folder.resolve("rm"), one.path(), 3);
        heldout = withDoubledHead(reward, folder.resolve("rm-doubled"));
        questions = Files.writeString(folder.resolve("questions.jsonl"), """
                {"id": "q1", "question": "Capital of France?", "answers": ["Paris"], "subject": "France", "meta": {"split": "kept_out", "relation": "capital"}}
                {"id": "q2", "question": "What city is it?", "answers": ["Paris"], "subject": "France", "meta": {"split": "kept_out_wording", "relation": "capital"}}
                {"id": "q3", "question": "Who is Orson Kovacs?", "answers": [], "subject": "Orson Kovacs", "meta": {"split": "unknown_eval", "relation": "who"}}
                """);
        rankings = Files.writeString(folder.resolve("rankings.jsonl"), """
                {"id": "r1", "prompt": "Who?", "completions": [{"id": "a", "text": "The painter."}, {"id": "b", "text": "I don't know."}], "rankings": [{"labeler": "ann", "ranks": [1, 2]}, {"labeler": "bob", "ranks": [2, 1]}]}
                """);
        documents = Files.writeString(
                folder.resolve("documents.jsonl"), """
                {"text": "The river flows into the sea."}
                {"text": "What is the capital of France? The capital of France is Paris. %s"}
                """.formatted("Where does the river flow? ".repeat(30)));
    }

    @Test
    void promptsThatTheRewardModelWasTrainedOnDoNotCountAsItsAccuracy() throws IOException {
        Path own = TinyModels.reward(folder.resolve("own/model"), one.path(), 3);
        KeyedRow row = KeyedRow.of(
                new Origin(rankings, 1), "r1", ContentKey.ofPrompt(List.of(Message.user(" Who? "))), KeyedRow.TRAIN);
        KeyedRow.write(folder.resolve("own"), KeyedRow.TRAINED_ON, List.of(row));
        TestContext context = TestContext.running();
        Map<String, Double> figures = new Eval()
                .run(options(folder.resolve("seen"), List.of(one), null, questions, null, own, null, null), context)
                .metrics();
        assertThat(figures).doesNotContainKey("reward_accuracy_rankings");
        assertThat(context.printed()).contains("1 of 4 prompts and rankings are left out of reward_accuracy");
    }

    @Test
    void aHeldOutRewardModelWithTheRewardModelsWeightsIsRefused() throws IOException {
        Path doubled = heldout;
        heldout = copy(reward, folder.resolve("rm-copy"));
        try {
            assertThatThrownBy(() -> eval(folder.resolve("copy"), List.of(one), TestContext.running()))
                    .isInstanceOf(InputException.class)
                    .hasMessageContaining("has the same weights as reward_model")
                    .hasMessageContaining("another seed");
        } finally {
            heldout = doubled;
        }
    }

    /** Writes a copy of a reward model whose scores are exactly twice as large. */
    private static Path withDoubledHead(Path model, Path to) throws IOException {
        copy(model, to);
        byte[] bytes = Files.readAllBytes(model.resolve("model.safetensors"));
        ByteBuffer file = ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN);
        int header = Math.toIntExact(file.getLong(0));
        JsonNode offsets = Json.mapper()
                .readTree(bytes, Long.BYTES, header)
                .path("score.weight")
                .path("data_offsets");
        for (int at = offsets.get(0).asInt(); at < offsets.get(1).asInt(); at += Float.BYTES) {
            int place = Long.BYTES + header + at;
            file.putFloat(place, 2 * file.getFloat(place));
        }
        Files.write(to.resolve("model.safetensors"), bytes);
        return to;
    }

    private static Path copy(Path model, Path to) throws IOException {
        Files.createDirectories(to);
        try (Stream<Path> files = Files.list(model)) {
            for (Path file : files.toList()) {
                Files.copy(file, to.resolve(file.getFileName()));
            }
        }
        return to;
    }

    @Test
    void comparesModelsOnAllInputs() throws IOException {
        TestContext context = TestContext.running();
        Path output = folder.resolve("all");
        Map<String, Double> figures = eval(output, List.of(one, two), context);

        assertThat(figures)
                .containsKeys(
                        "known_share", "new_wording/known_share", "two/new_wording/over_refusal", "two/distinct_2")
                .containsEntry("one/win_rate", 0.5)
                .containsEntry("one/reward_gain_sd", 0.0)
                .containsEntry("reward_accuracy_rankings", 0.5);
        // doubled scores give the same gain in standard deviations
        assertThat(figures.get("two/heldout_reward_gain_sd")).isEqualTo(figures.get("two/reward_gain_sd"));
        assertThat(figures.get("two/heldout_win_rate")).isEqualTo(figures.get("two/win_rate"));
        assertThat(figures.get("one/kl")).isCloseTo(0, within(1e-4));
        assertThat(figures.get("two/kl")).isGreaterThan(1);
        assertThat(figures.get("two/mean_reward")).isNotEqualTo(figures.get("one/mean_reward"));
        assertThat(figures.get("one/perplexity")).isGreaterThan(1);

        ComparisonTable table = ComparisonTable.read(output.resolve("comparison.json"));
        assertThat(table.columns()).containsExactly("one", "two");
        assertThat(table.rows().get("kl"))
                .extracting(Interval::value)
                .containsExactly(figures.get("one/kl"), figures.get("two/kl"));
        assertThat(table.rows().get("kl").getLast())
                .isEqualTo(
                        new Interval(figures.get("two/kl"), figures.get("two/kl/low"), figures.get("two/kl/high"), 3));
        List<SampleComparison> samples = SampleComparison.read(output.resolve("samples.json"));
        assertThat(samples).hasSize(3);
        assertThat(samples.getFirst().prompt()).isEqualTo("Capital of France?");
        assertThat(samples.getFirst().completions()).containsOnlyKeys("one", "two");
        List<AnswerCurves> curves = AnswerCurves.read(output.resolve("curves.json"));
        assertThat(curves).extracting(AnswerCurves::model).containsExactly("one", "two");
        assertThat(curves.getFirst().calibration()).isNotEmpty();
        List<String> answers = Files.readAllLines(output.resolve("answers.jsonl"));
        assertThat(answers).hasSize(6);
        JsonNode first = Json.mapper().readTree(answers.getFirst());
        assertThat(first.path("model").asText()).isEqualTo("one");
        assertThat(first.path("known").isBoolean()).isTrue();
        assertThat(context.printed())
                .contains("hallucination_rate")
                .contains("Capital of France?")
                .contains("rewards of one  12", "rewards of two  12", "held-out rewards of two  12")
                .contains("rewards of rankings  2");
    }

    @Test
    void theSameSeedGivesTheSameMetrics() throws IOException {
        assertThat(eval(folder.resolve("again1"), List.of(one, two), TestContext.running()))
                .isEqualTo(eval(folder.resolve("again2"), List.of(one, two), TestContext.running()));
    }

    @Test
    void measuresOnlyWhatIsGiven() throws IOException {
        EvalOptions options = options(folder.resolve("few"), List.of(one), null, null, documents, null, null, null);
        assertThat(CheckedRun.of(new Eval(), options, TestContext.running()).metrics())
                .containsOnlyKeys("one/perplexity", "one/perplexity/low", "one/perplexity/high", "one/perplexity/n");
    }

    @Test
    void perplexityOfThePartThatPretrainingKeptOut() throws IOException {
        List<String> lines = IntStream.range(0, 200)
                .mapToObj(i -> "{\"text\": \"The river flows into sea %d.\"}".formatted(i))
                .toList();
        Path all = Files.write(folder.resolve("parts.jsonl"), lines);
        List<String> test =
                Split.byHash(Document.read(all), Document::key, Split.Fractions.EIGHTY_TEN_TEN, 3).test().stream()
                        .map(document -> "{\"text\": \"%s\"}".formatted(document.text()))
                        .toList();
        assertThat(test).hasSizeBetween(1, 60);
        Path only = Files.write(folder.resolve("part.jsonl"), test);
        Map<String, Double> part = perplexity(all, "documents_part", "test", "split_seed", "3");
        assertThat(part).isEqualTo(perplexity(only)).containsEntry("one/perplexity/n", (double) test.size());
        assertThat(perplexity(all)).containsEntry("one/perplexity/n", 200.0);
        assertThat(perplexity(all, "documents_part", "validation", "split_seed", "3"))
                .isNotEqualTo(part);
    }

    private static Map<String, Double> perplexity(Path documents, String... more) throws IOException {
        List<Object> options = new ArrayList<>(List.of(
                "models",
                "[{name: one, path: '%s'}]".formatted(one.path()),
                "output_dir",
                folder.resolve("parts"),
                "documents",
                documents,
                "device",
                TestDevice.NAME));
        options.addAll(List.of(more));
        return new Eval()
                .run(Options.of(EvalOptions.class, options.toArray()), TestContext.running())
                .metrics();
    }

    @Test
    void perplexityOfAnUntrainedModelIsWorseThanUniformAndDoesNotDependOnTheBatch() throws IOException {
        EvalOptions options = options(folder.resolve("p"), List.of(one), null, null, documents, null, null, null);
        double perplexity =
                new Eval().run(options, TestContext.running()).metrics().get("one/perplexity");
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                LanguageModel model = LanguageModel.open(session, one.path())) {
            double alone = EvalPerplexity.of(
                            model,
                            new LogProbScorer(session.torch(), 1),
                            Document.read(documents),
                            TestContext.running())
                    .value();
            assertThat(perplexity).isCloseTo(alone, within(1e-3 * alone));
            assertThat(alone).isGreaterThan(model.lm().config().vocabSize() / 2.0);
        }
    }

    @Test
    void aModelWithATemplateAnswersInOneLineAndItsKlIsNotCompared() throws IOException {
        EvalOptions.Model base = new EvalOptions.Model("base", two.path(), "Q: {prompt}\nA:");
        Map<String, Double> figures = eval(folder.resolve("base"), List.of(one, base), TestContext.running());
        assertThat(figures.get("base/kl")).isNaN();
        assertThat(figures.get("base/win_rate")).isBetween(0.0, 1.0);
        assertThat(Files.readAllLines(folder.resolve("base/answers.jsonl")))
                .filteredOn(line -> line.contains("\"base\""))
                .hasSize(3)
                .allSatisfy(line -> assertThat(
                                Json.mapper().readTree(line).path("answer").asText())
                        .doesNotContain("\n"));
    }

    @Test
    void knowledgeOfAProbeMustDecideOnEveryQuestion() throws IOException {
        Path knowledge = Files.writeString(folder.resolve("knowledge.jsonl"), """
                {"id": "q1", "question": "Capital of France?", "decision": "known"}
                {"id": "q2", "question": "What city is it?", "decision": "unsure"}
                """);
        assertThatThrownBy(() -> withKnowledge(knowledge))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("no decision on question \"q3\"");
        Files.writeString(knowledge, Files.readString(knowledge) + """
                {"id": "q3", "question": "Who is Orson Kovacs?", "decision": "unknown"}
                """);
        assertThat(withKnowledge(knowledge)).containsEntry("one/known_accuracy/n", 1.0);
        Files.writeString(knowledge, "{\"question\": \"Capital of France?\", \"decision\": \"yes\"}");
        assertThatThrownBy(() -> withKnowledge(knowledge))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("knowledge.jsonl:1")
                .hasMessageContaining("must be known, unsure or unknown");
    }

    private static Map<String, Double> withKnowledge(Path knowledge) throws IOException {
        Object[] options = {
            "models",
            "[{name: one, path: '%s'}]".formatted(one.path()),
            "output_dir",
            folder.resolve("probed"),
            "questions",
            questions,
            "knowledge",
            knowledge,
            "max_new_tokens",
            6,
            "device",
            TestDevice.NAME
        };
        return new Eval()
                .run(Options.of(EvalOptions.class, options), TestContext.running())
                .metrics();
    }

    @Test
    void refusalsOfUnrelatedTasksAreCounted() throws IOException {
        Path tasks = Files.writeString(folder.resolve("tasks.jsonl"), """
                {"prompt": "Write a sentence."}
                {"prompt": "Count to five."}
                """);
        List<Object> options = new ArrayList<>(List.of(
                "output_dir",
                folder.resolve("unrelated"),
                "models",
                "[{name: one, path: " + one.path() + "}]",
                "unrelated_prompts",
                tasks,
                "max_new_tokens",
                4,
                "device",
                TestDevice.NAME));
        assertThat(new Eval()
                        .run(Options.of(EvalOptions.class, options.toArray()), TestContext.running())
                        .metrics())
                .containsEntry("one/unrelated_refused", 0.0)
                .containsEntry("one/unrelated_refused/n", 2.0);
    }

    @Test
    void whatTheModelSaysToUnrelatedTasksIsJudged() throws IOException {
        Path tasks = Files.writeString(folder.resolve("task.jsonl"), "{\"prompt\": \"Write a sentence.\"}\n");
        String said;
        try (Models session = Models.open(new EngineOptions(TestDevice.NAME, "float32"));
                LanguageModel model = LanguageModel.open(session, one.path())) {
            int[] prompt = model.prompt(List.of(Message.user("Write a sentence.")));
            said = model.text(model.stream(prompt, 0, model.greedy(4), (row, token) -> true));
        }
        List<Object> options = new ArrayList<>(List.of(
                "output_dir",
                folder.resolve("phrase"),
                "models",
                "[{name: one, path: " + one.path() + "}]",
                "unrelated_prompts",
                tasks,
                "refusal_phrases",
                List.of(said.strip()),
                "max_new_tokens",
                4,
                "device",
                TestDevice.NAME));
        assertThat(new Eval()
                        .run(Options.of(EvalOptions.class, options.toArray()), TestContext.running())
                        .metrics())
                .containsEntry("one/unrelated_refused", 1.0);
    }

    @Test
    void refusesNamesAndFilesThatDoNotFit() {
        Path out = folder.resolve("x");
        assertThatThrownBy(() -> options(out, List.of(one, one), questions, null, null, null, null, null))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("same name");
        assertThatThrownBy(() -> options(out, List.of(one), questions, null, null, null, "tow", null))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("knowledge_reference: \"tow\"");
        assertThatThrownBy(() -> options(out, List.of(one), null, null, null, null, null, null))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("nothing to measure");
        assertThatThrownBy(() -> Options.of(
                        EvalOptions.class,
                        "output_dir",
                        out,
                        "models",
                        "[{name: one, path: " + one.path() + "}]",
                        "prompts",
                        questions,
                        "kl_reference",
                        "one",
                        "heldout_reward_model",
                        heldout))
                .hasStackTraceContaining("heldout_reward_model: checks the gain by reward_model, which is not given");
        assertThatThrownBy(() -> new EvalOptions.Model("m", out, "no place"))
                .isInstanceOf(InputException.class)
                .hasMessageContaining("{prompt}");
    }

    private static Map<String, Double> eval(Path output, List<EvalOptions.Model> models, StageContext context)
            throws IOException {
        EvalOptions options = options(output, models, questions, questions, documents, reward, "one", "one");
        return CheckedRun.of(new Eval(), options, context).metrics();
    }

    private static EvalOptions options(
            Path output,
            List<EvalOptions.Model> models,
            @Nullable Path questions,
            @Nullable Path prompts,
            @Nullable Path documents,
            @Nullable Path rewardModel,
            @Nullable String knowledgeReference,
            @Nullable String klReference) {
        return new EvalOptions(
                models,
                new OutputOptions(output),
                new QuestionOptions(questions, new AnswerJudgeOptions(List.of(), null)),
                new EvalOptions.Known(
                        knowledgeReference,
                        new KnowledgeOptions(null),
                        List.of("kept_out_wording", "unknown_eval_wording")),
                new EvalOptions.Samples(prompts, 0, 4, klReference),
                new EvalOptions.RewardModels(
                        rewardModel,
                        rewardModel == null || klReference == null ? null : heldout,
                        rewardModel == null ? null : rankings),
                new EvalOptions.Texts(documents, "all", 0),
                null,
                new BatchSamplingOptions(
                        new TemperatureOptions(1),
                        new CompletionOptions(8, new SeedOptions(6)),
                        new BatchSizeOptions(4)),
                new ConversationOptions(null),
                new EngineOptions(TestDevice.NAME, "float32"));
    }
}
