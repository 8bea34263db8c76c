package dev.rlhf.stages.eval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.base.Interval;
import dev.rlhf.data.Document;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.JudgedAnswer;
import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.testing.TestContext;
import dev.rlhf.text.BpeTrainer;
import dev.rlhf.text.Tokenizer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Scores of models that understand nothing on data/facts, as docs/reference/evaluation.md gives them; and that tokens
 * do not give away questions made of known words.
 */
class DumbestModelsTest {
    private static final Path FACTS = Path.of("data", "facts");
    /** As in recipes/quickstart.yaml. */
    private static final int VOCABULARY = 3072;

    private static final List<String> METRICS = List.of(
            "known_accuracy",
            "over_refusal",
            "hallucination_rate",
            "refusal_recall",
            "refusal_recall/invented",
            "refusal_recall/real",
            "refusal_recall/everyday_names",
            "refusal_recall/missing_relation",
            "refusal_recall/swapped_names");

    @TempDir
    static Path folder;

    static Tokenizer tokenizer;
    static Answers questions;
    static Answers knownWords;

    @BeforeAll
    static void trainTheTokenizer() throws IOException {
        List<String> texts = Document.read(FACTS.resolve("corpus.jsonl")).stream()
                .map(Document::text)
                .toList();
        BpeTrainer.train(texts, VOCABULARY, 2).save(folder);
        tokenizer = Tokenizer.load(folder);
        questions = Answers.read(
                FACTS.resolve("questions.jsonl"),
                AnswerJudge.DEFAULT,
                TestContext.running().console());
        knownWords = Answers.read(
                FACTS.resolve("known_words.jsonl"),
                AnswerJudge.DEFAULT,
                TestContext.running().console());
    }

    @AfterAll
    static void closeTheTokenizer() {
        tokenizer.close();
    }

    @Test
    void theDocumentedTableIsWhatTheyScore() throws IOException {
        Map<String, Function<QuestionRow, String>> models = new LinkedHashMap<>();
        models.put("always refuses", _ -> "I don't know.");
        models.put("always answers \"Paris.\"", _ -> "Paris.");
        models.put("repeats the question", QuestionRow::question);
        models.put("knows all the facts, never refuses", DumbestModelsTest::fact);
        models.put(
                "knows all the facts, refuses names with a word of several tokens",
                row -> isSplit(row.subject()) ? "I don't know." : fact(row));
        String documented = Files.readString(Path.of("docs", "reference", "evaluation.md"));
        StringBuilder rows = new StringBuilder();
        models.forEach((name, model) -> rows.append(row(name, measure(model))).append('\n'));
        assertThat(documented).contains(rows);
    }

    /** The first release only had invented and real names: this rule, which understands nothing, refused all. */
    @Test
    void tokensGiveAwayNewNamesAndNothingElse() {
        Map<String, Interval> rule = measure(row -> isSplit(row.subject()) ? "I don't know." : fact(row));
        assertThat(value(rule, "refusal_recall/invented")).isEqualTo(1);
        assertThat(value(rule, "refusal_recall/real")).isEqualTo(1);
        assertThat(value(rule, "over_refusal")).isZero();
        assertThat(value(rule, "refusal_recall/swapped_names")).isZero();
        assertThat(value(rule, "refusal_recall/everyday_names")).isZero();
        assertThat(value(rule, "refusal_recall/missing_relation")).isZero();
    }

    @Test
    void noWordOfAQuestionAboutKnownTokensIsNewEither() {
        Map<String, Interval> rule = measure(row -> isSplit(row.question()) ? "I don't know." : fact(row));
        assertThat(value(rule, "refusal_recall/swapped_names")).isLessThan(0.02);
        assertThat(value(rule, "refusal_recall/everyday_names")).isLessThan(0.02);
        assertThat(value(rule, "refusal_recall/missing_relation")).isLessThan(0.02);
    }

    private static boolean isSplit(String text) {
        return Arrays.stream(text.split("[^\\p{L}\\p{N}]+"))
                .filter(word -> !word.isEmpty())
                .anyMatch(word -> tokenizer.encode(" " + word).length > 1);
    }

    private static String fact(QuestionRow row) {
        return row.answers().isEmpty() ? "Paris." : row.answers().getFirst() + ".";
    }

    /** The metrics of questions.jsonl, and of known_words.jsonl the refusal recall of each origin. */
    private static Map<String, Interval> measure(Function<QuestionRow, String> model) {
        Map<String, Interval> metrics = new LinkedHashMap<>(measure(questions, model));
        measure(knownWords, model).forEach((metric, value) -> {
            if (metric.startsWith("refusal_recall/")) {
                metrics.put(metric, value);
            }
        });
        return metrics;
    }

    private static Map<String, Interval> measure(Answers answers, Function<QuestionRow, String> model) {
        EvalRun run = new EvalRun(new EvalOptions.Model("m", Path.of("m"), null));
        for (QuestionRow row : answers.questions()) {
            String said = model.apply(row);
            run.answers.add(new JudgedAnswer(row, said, answers.judge(row, said)));
        }
        List<String> newWordings = List.of("kept_out_wording", "unknown_eval_wording");
        EvalQuestions.measure(
                List.of(run),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                row -> newWordings.contains(row.meta().getOrDefault("split", "")),
                new LinkedHashMap<>());
        return run.metrics;
    }

    private static double value(Map<String, Interval> metrics, String metric) {
        return metrics.getOrDefault(metric, Interval.NOT_MEASURED).value();
    }

    private static String row(String name, Map<String, Interval> metrics) {
        StringBuilder row = new StringBuilder("| " + name + " |");
        METRICS.forEach(metric -> row.append(String.format(Locale.ROOT, " %.3f |", value(metrics, metric))));
        return row.toString();
    }
}
