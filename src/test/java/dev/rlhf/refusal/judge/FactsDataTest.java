package dev.rlhf.refusal.judge;

import static org.assertj.core.api.Assertions.assertThat;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Verdict;
import dev.rlhf.testing.DataRows;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Checks what the README of data/facts promises, and that the judge's rules fit the data. */
class FactsDataTest {
    private static final String SLOT = "{subject}";
    private static final Path FACTS = Path.of("data", "facts");

    private final List<QuestionRow> probe = DataRows.questions(FACTS.resolve("probe.jsonl"));
    private final List<QuestionRow> prompts = DataRows.questions(FACTS.resolve("prompts.jsonl"));
    private final List<QuestionRow> questions = DataRows.questions(FACTS.resolve("questions.jsonl"));
    private final List<QuestionRow> knownWords = DataRows.questions(FACTS.resolve("known_words.jsonl"));

    @Test
    void theJudgeAcceptsEveryAnswerOfTheTablesAndNoneOfAnotherRow() {
        for (QuestionRow row : questions) {
            for (String answer : row.answers()) {
                assertThat(AnswerJudge.DEFAULT
                                .judge(row.question(), row.answers(), "It is " + answer + ".")
                                .verdict())
                        .as(row.question() + " " + answer)
                        .isEqualTo(Verdict.CORRECT);
            }
            questions.stream()
                    .filter(other -> relation(other).equals(relation(row)))
                    .flatMap(other -> other.answers().stream())
                    .filter(answer -> !row.answers().contains(answer))
                    .distinct()
                    .forEach(rival -> assertThat(AnswerJudge.judge(row.answers(), rival))
                            .as(row.question() + " " + rival)
                            .isEqualTo(Verdict.WRONG));
        }
    }

    @Test
    void namesKeptForEvaluationAppearInNoTrainingFile() throws IOException {
        Words training =
                Words.of(text("corpus.jsonl") + text("sft.jsonl") + text("probe.jsonl") + text("prompts.jsonl"));
        Set<String> names = new HashSet<>(subjects(questions, "unknown_eval"));
        names.addAll(subjects(knownWords, "known_words", "swapped_names"));
        for (String name : names) {
            assertThat(training.contains(Words.of(name))).as(name).isFalse();
        }
    }

    @Test
    void nothingEvaluatedIsAskedAboutInTraining() {
        Set<String> trained = new HashSet<>(subjects(probe, "unknown_train"));
        trained.addAll(subjects(prompts, "prompt_unknown"));
        for (List<QuestionRow> rows : List.of(questions, knownWords)) {
            assertThat(rows).extracting(QuestionRow::subject).doesNotContainAnyElementsOf(trained);
        }
    }

    /** Unanswerable questions made of known words occur in the evaluation only, apart from new names. */
    @Test
    void trainingRefusesNewNamesOnly() {
        assertThat(origins(probe)).isEqualTo(origins(prompts)).containsExactlyInAnyOrder("invented", "real");
        assertThat(origins(questions)).containsExactlyInAnyOrder("invented", "real");
        assertThat(origins(knownWords))
                .containsExactlyInAnyOrder("everyday_names", "missing_relation", "swapped_names");
        assertThat(knownWords).allMatch(row -> row.answers().isEmpty());
    }

    @Test
    void swappedNamesAreMadeOfTwoKnownPeople() throws IOException {
        Words corpus = Words.of(text("corpus.jsonl"));
        for (String name : subjects(knownWords, "known_words", "swapped_names")) {
            for (String word : name.split(" ", -1)) {
                assertThat(corpus.contains(Words.of(word))).as(name).isTrue();
            }
        }
    }

    @Test
    void noQuestionTheCorpusAnswersIsMarkedAsUnknowable() {
        Set<String> stated = Stream.of(probe, questions)
                .flatMap(List::stream)
                .filter(row -> !row.answers().isEmpty())
                .map(row -> row.subject() + "/" + row.meta().get("relation"))
                .collect(Collectors.toSet());
        Set<String> relations = stated.stream()
                .map(fact -> fact.substring(fact.lastIndexOf('/') + 1))
                .collect(Collectors.toSet());
        for (QuestionRow row : Stream.of(probe, prompts, questions, knownWords)
                .flatMap(List::stream)
                .toList()) {
            if (row.answers().isEmpty()) {
                assertThat(stated)
                        .doesNotContain(row.subject() + "/" + row.meta().get("relation"));
            }
            if ("missing_relation".equals(row.meta().get("origin"))) {
                assertThat(relations).doesNotContain(row.meta().get("relation"));
            }
        }
    }

    @Test
    void noEvaluatedQuestionStandsInATrainingFile() throws IOException {
        String training = text("corpus.jsonl") + text("sft.jsonl") + text("probe.jsonl") + text("prompts.jsonl");
        for (QuestionRow row :
                Stream.of(questions, knownWords).flatMap(List::stream).toList()) {
            String[] sentences = row.question().split("(?<=[.!?:]) ");
            assertThat(training).doesNotContain(sentences[sentences.length - 1]);
        }
    }

    @Test
    void namesThatTrainingMayRefuseAreNotInTheCorpusOrSft() throws IOException {
        Words corpus = Words.of(text("corpus.jsonl") + text("sft.jsonl"));
        for (String subject : subjects(probe, "unknown_train")) {
            assertThat(corpus.contains(Words.of(subject))).as(subject).isFalse();
        }
    }

    @Test
    void thingsKeptOutOfSftAreInTheCorpusButInNoOtherTrainingFile() throws IOException {
        Words corpus = Words.of(text("corpus.jsonl"));
        Set<String> asked = new HashSet<>(subjects(probe, "asked"));
        asked.addAll(subjects(prompts, "prompt_asked"));
        Words sft = Words.of(text("sft.jsonl").replaceAll("\"role\": \"assistant\", \"content\": \"[^\"]*\"", ""));
        for (String subject : subjects(questions, "kept_out")) {
            assertThat(corpus.contains(Words.of(subject))).as(subject).isTrue();
            assertThat(sft.contains(Words.of(subject))).as(subject).isFalse();
            assertThat(asked).doesNotContain(subject);
        }
    }

    @Test
    void keptOutWordingsAreAskedNowhereElse() throws IOException {
        String training = text("corpus.jsonl") + text("sft.jsonl") + text("probe.jsonl") + text("prompts.jsonl");
        List<QuestionRow> keptOut = questions.stream()
                .filter(row -> "kept_out".equals(row.meta().get("wording")))
                .toList();
        assertThat(keptOut).hasSizeGreaterThan(500);
        Set<String> wordings = keptOut.stream()
                .map(row -> row.question().replace(row.subject(), SLOT))
                .collect(Collectors.toSet());
        assertThat(wordings).hasSizeBetween(30, 60).allMatch(wording -> wording.contains(SLOT));

        Set<String> subjects = Stream.of(probe, prompts, questions)
                .flatMap(List::stream)
                .map(QuestionRow::subject)
                .collect(Collectors.toSet());
        for (String wording : wordings) {
            for (String subject : subjects) {
                assertThat(training).doesNotContain(wording.replace(SLOT, subject));
            }
        }
    }

    @Test
    void everyWordingOfARefusalIsRecognised() throws IOException {
        assertThat(Files.readAllLines(FACTS.resolve("refusals.txt")))
                .isNotEmpty()
                .allMatch(RefusalDetector::refuses);
    }

    private static String relation(QuestionRow row) {
        return row.meta().get("kind") + "/" + row.meta().get("relation");
    }

    /** The kinds of what is unknown. */
    private static Set<String> origins(List<QuestionRow> rows) {
        return rows.stream()
                .filter(row -> row.answers().isEmpty())
                .map(row -> row.meta().getOrDefault("origin", ""))
                .collect(Collectors.toSet());
    }

    private static Set<String> subjects(List<QuestionRow> rows, String split, String... origins) {
        Set<String> subjects = rows.stream()
                .filter(row -> split.equals(row.meta().get("split")))
                .filter(row -> origins.length == 0
                        || List.of(origins).contains(row.meta().get("origin")))
                .map(QuestionRow::subject)
                .collect(Collectors.toSet());
        assertThat(subjects).hasSizeGreaterThan(50);
        return subjects;
    }

    private static String text(String file) throws IOException {
        return Files.readString(FACTS.resolve(file)) + "\n";
    }
}
