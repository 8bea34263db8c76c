package dev.rlhf.stages.eval;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.base.Interval;
import dev.rlhf.data.Document;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.Confidence;
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
 * Scores of models that understand nothing on data/facts and data/knowledge, as docs/reference/evaluation.md gives
 * them; and that tokens do not give away questions made of known words.
 */
class DumbestModelsTest {
    private static final Path FACTS = Path.of("data", "facts");
    /** As in recipes/quickstart.yaml. */
    private static final int VOCABULARY = 3072;

    private static final List<String> NEW_WORDINGS =
            List.of("kept_out_wording", "unknown_eval_wording", "eval_wording", "invented_wording");

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

    private static final List<String> KNOWLEDGE_METRICS = List.of(
            "known_accuracy",
            "over_refusal",
            "refusal_recall",
            "refusal_precision",
            "refusal_f1",
            "hallucination_rate",
            "truthfulness",
            "answered_accuracy",
            "coverage",
            "average_precision",
            "calibration_error");

    @TempDir
    static Path folder;

    static Tokenizer tokenizer;
    static Answers questions;
    static Answers knownWords;
    static Answers knowledge;
    static final Map<String, Map<String, Interval>> ignorant = new LinkedHashMap<>();

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
        knowledge = Answers.read(
                Path.of("data", "knowledge", "questions.jsonl"),
                AnswerJudge.DEFAULT,
                TestContext.running().console());
        ignorantModels().forEach((name, model) -> ignorant.put(name, measure(knowledge, model)));
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
        models.forEach(
                (name, model) -> rows.append(row(name, METRICS, measure(model))).append('\n'));
        assertThat(documented).contains(rows);
    }

    /** Each gives all its answers with a probability of 1, as a model that always says the same does. */
    private static Map<String, Function<QuestionRow, String>> ignorantModels() {
        Map<String, Function<QuestionRow, String>> models = new LinkedHashMap<>();
        models.put("always refuses", _ -> "I don't know.");
        models.put("says that there is no such thing", _ -> "There is no such thing.");
        models.put("always the most frequent answer", _ -> "Europe.");
        models.put("repeats the question", QuestionRow::question);
        models.put("\"Yes.\"", _ -> "Yes.");
        models.put("says nothing", _ -> "");
        models.put("always an answer, then refuses", _ -> "Europe. I don't know.");
        models.put("refuses, then always an answer", _ -> "I don't know. Europe.");
        models.put("the answer of another question", DumbestModelsTest::another);
        models.put("lists all answers", row -> String.join(", ", ofRelation(row)));
        models.put(
                "lists all answers, in lower case",
                row -> String.join("\n", ofRelation(row)).toLowerCase(Locale.ROOT));
        models.put(
                "gives all answers in sentences",
                row -> String.join(
                        " ",
                        ofRelation(row).stream()
                                .map(one -> "It is " + one + ".")
                                .toList()));
        models.put("hundreds of words with all answers in them", DumbestModelsTest::ramble);
        return models;
    }

    /** Each knows all the facts, or guesses right, but says more than the answer. */
    private static Map<String, Function<QuestionRow, String>> knowingModels() {
        Map<String, Function<QuestionRow, String>> models = new LinkedHashMap<>();
        models.put("right or another: \"A or B\"", row -> either(row, " or "));
        models.put("right and another: \"It is A. It is B.\"", row -> "It is " + either(row, ". It is ") + ".");
        models.put("right, in another language", row -> "Die Antwort ist " + fact(row));
        models.put("right, never refuses", DumbestModelsTest::fact);
        models.put("right, refuses the rest", row -> row.answers().isEmpty() ? "I don't know." : fact(row));
        return models;
    }

    @Test
    void theDocumentedTableOfRealKnowledgeIsWhatTheyScore() throws IOException {
        StringBuilder rows = new StringBuilder();
        ignorant.forEach((name, scores) ->
                rows.append(row(name, KNOWLEDGE_METRICS, scores)).append('\n'));
        knowingModels()
                .forEach((name, model) -> rows.append(row(name, KNOWLEDGE_METRICS, measure(knowledge, model)))
                        .append('\n'));
        assertThat(Files.readString(Path.of("docs", "reference", "evaluation.md")))
                .contains(rows);
    }

    /** Whatever else looks good: accuracy and truthfulness are no better than without knowledge. */
    @Test
    void noIgnorantModelLooksTruthfulOrAnswersWhatIsKnown() {
        double unknowable = ignorant.get("always refuses").get("truthfulness").value();
        assertThat(unknowable).isLessThan(0.4);
        ignorant.forEach((name, scores) -> {
            assertThat(value(scores, "known_accuracy")).as(name).isLessThan(0.07);
            assertThat(value(scores, "truthfulness")).as(name).isLessThanOrEqualTo(unknowable);
        });
    }

    private static List<String> ofRelation(QuestionRow row) {
        String relation = row.meta().getOrDefault("relation", "");
        List<String> all = knowledge.questions().stream()
                .filter(other -> other.meta().getOrDefault("relation", "").equals(relation))
                .filter(other -> !other.answers().isEmpty())
                .map(other -> other.answers().getFirst())
                .distinct()
                .toList();
        return all.isEmpty() ? List.of("Europe", "Paris") : all;
    }

    /** Returns an answer of the same relation that is not accepted. */
    private static String another(QuestionRow row) {
        List<String> others = ofRelation(row).stream()
                .filter(one -> !row.answers().contains(one))
                .toList();
        return others.get(Math.floorMod(row.key().hashCode(), others.size())) + ".";
    }

    private static String either(QuestionRow row, String joint) {
        String right = fact(row).replaceFirst("\\.$", "");
        String wrong = another(row).replaceFirst("\\.$", "");
        return row.key().hashCode() % 2 == 0 ? right + joint + wrong : wrong + joint + right;
    }

    private static String ramble(QuestionRow row) {
        return String.join(
                " ",
                ofRelation(row).stream()
                        .map(one -> one + " is a thing that people talk about.")
                        .toList());
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
        EvalQuestions.measure(
                List.of(run),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                DumbestModelsTest::isNewWording,
                new LinkedHashMap<>());
        List<JudgedAnswer> certain = run.answers.stream()
                .filter(answer -> !isNewWording(answer.question()))
                .map(answer -> new JudgedAnswer(answer.question(), answer.text(), answer.verdict(), 1, 0, true))
                .toList();
        run.metrics.put("average_precision", exact(Confidence.averagePrecision(certain)));
        run.metrics.put("calibration_error", exact(Confidence.calibrationError(certain)));
        return run.metrics;
    }

    private static boolean isNewWording(QuestionRow row) {
        return NEW_WORDINGS.contains(row.meta().getOrDefault("split", ""));
    }

    private static Interval exact(double value) {
        return new Interval(value, value, value, 1);
    }

    private static double value(Map<String, Interval> metrics, String metric) {
        return metrics.getOrDefault(metric, Interval.NOT_MEASURED).value();
    }

    private static String row(String name, List<String> columns, Map<String, Interval> metrics) {
        StringBuilder row = new StringBuilder("| " + name + " |");
        for (String metric : columns) {
            double value = value(metrics, metric);
            row.append(Double.isNaN(value) ? " – |" : String.format(Locale.ROOT, " %.3f |", value));
        }
        return row.toString();
    }
}
