package dev.rlhf.refusal;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.SftRow;
import dev.rlhf.data.Verdict;
import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.testing.DataRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks what the README of data/knowledge promises, and that the judge's rules fit the data. */
class KnowledgeDataTest {
    private static final Path FOLDER = Path.of("data", "knowledge");

    private final List<QuestionRow> train = DataRows.questions(FOLDER.resolve("train.jsonl"));
    private final List<QuestionRow> prompts = DataRows.questions(FOLDER.resolve("prompts.jsonl"));
    private final List<QuestionRow> questions = DataRows.questions(FOLDER.resolve("questions.jsonl"));

    @Test
    void theEvaluationHasEnoughQuestionsOfEveryOrigin() {
        assertThat(questions).hasSizeGreaterThanOrEqualTo(400);
        assertThat(questions.stream().collect(Collectors.groupingBy(q -> meta(q, "origin"), Collectors.counting())))
                .hasSize(4)
                .allSatisfy((origin, count) -> assertThat(count).as(origin).isGreaterThanOrEqualTo(20));
    }

    @Test
    void trainingAsksAboutOtherSubjectsInOtherWordings() {
        Set<String> subjects = values(asked(), KnowledgeDataTest::subject);
        assertThat(values(questions.stream(), KnowledgeDataTest::subject))
                .isNotEmpty()
                .doesNotContainAnyElementsOf(subjects);
        assertThat(values(questions.stream(), QuestionRow::question))
                .doesNotContainAnyElementsOf(values(asked(), QuestionRow::question));
        assertThat(values(asked(), q -> meta(q, "wording"))).containsExactlyInAnyOrder("asked", "reworded");
        assertThat(values(train.stream(), KnowledgeDataTest::subject))
                .as("PPO's subjects are not SFT's")
                .doesNotContainAnyElementsOf(values(prompts.stream(), KnowledgeDataTest::subject));
    }

    @Test
    void theReadmeCountsTheRows() throws IOException {
        String readme = Files.readString(FOLDER.resolve("README.md"));
        assertThat(readme)
                .contains(
                        String.format(Locale.ROOT, "| `train.jsonl` | %,d |", train.size()),
                        String.format(Locale.ROOT, "| `prompts.jsonl` | %,d |", prompts.size()),
                        String.format(Locale.ROOT, "| `questions.jsonl` | %,d |", questions.size()),
                        "| `train`, `prompt`, `eval` | %d, %d, %d |"
                                .formatted(count(train, "real"), count(prompts, "real"), count(usual(), "real")),
                        "`false_premise` | %d, %d, %d |"
                                .formatted(
                                        count(train, "false_premise"),
                                        count(prompts, "false_premise"),
                                        count(usual(), "false_premise")));
    }

    private List<QuestionRow> usual() {
        return questions.stream()
                .filter(q -> meta(q, "wording").equals("asked"))
                .toList();
    }

    private static long count(List<QuestionRow> rows, String origin) {
        return rows.stream().filter(q -> meta(q, "origin").equals(origin)).count();
    }

    @Test
    void tasksOfTheEvaluationAreNotTrainedOn() {
        List<String> tasks = DataRows.prompts(FOLDER.resolve("tasks.jsonl")).stream()
                .map(row -> row.messages().getLast().content())
                .toList();
        assertThat(DataRows.sft(FOLDER.resolve("task_answers.jsonl")))
                .hasSize(128)
                .allSatisfy(row -> assertThat(tasks).doesNotContain(((SftRow.PromptResponse) row).prompt()));
    }

    @Test
    void theJudgeAcceptsEveryAnswer() {
        assertThat(Stream.concat(asked(), questions.stream())
                        .flatMap(q -> q.answers().stream()
                                .filter(answer -> judge(q, "It is " + answer + ".") != Verdict.CORRECT)
                                .map(answer -> q.question() + " " + answer)))
                .isEmpty();
    }

    @Test
    void theJudgeRecognisesEveryRefusalOfTheseSubjects() {
        RefusalWriter writer = new RefusalWriter(RefusalWriter.DEFAULT_WORDINGS, 1, AnswerJudge.DEFAULT);
        assertThat(Stream.concat(asked(), questions.stream())
                        .filter(q -> judge(q, refusal(writer, q)) != Verdict.REFUSED)
                        .map(q -> q.question() + " " + refusal(writer, q)))
                .isEmpty();
    }

    private Stream<QuestionRow> asked() {
        return Stream.concat(train.stream(), prompts.stream());
    }

    private static String refusal(RefusalWriter writer, QuestionRow question) {
        String own = question.meta().get("refusal");
        return own != null ? own : writer.write(question);
    }

    private static Verdict judge(QuestionRow question, String text) {
        return AnswerJudge.DEFAULT
                .judge(question.question(), question.answers(), text)
                .verdict();
    }

    /** Returns kind and subject; a name may be that of a country and of a state. */
    private static String subject(QuestionRow question) {
        return meta(question, "kind") + " " + (question.subject() == null ? question.question() : question.subject());
    }

    private static String meta(QuestionRow question, String key) {
        return question.meta().getOrDefault(key, "");
    }

    private static Set<String> values(Stream<QuestionRow> rows, Function<QuestionRow, String> of) {
        return rows.map(of).collect(Collectors.toSet());
    }
}
