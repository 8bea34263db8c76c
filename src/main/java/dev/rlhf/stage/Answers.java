package dev.rlhf.stage;

import dev.rlhf.base.InputException;
import dev.rlhf.data.PromptRow;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.refusal.AnswerJudge;
import dev.rlhf.refusal.RefusalWriter;
import dev.rlhf.refusal.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Questions with the answers that count, and the judge of completions. Rivals of an answer are the answers of all other
 * questions with the same {@code meta.kind} and {@code meta.relation}: a completion that names two capitals is wrong. Rows without
 * a relation have no rivals. Immutable and thread-safe.
 */
final class Answers {
    private final List<QuestionRow> questions;
    private final Map<String, QuestionRow> byId = new HashMap<>();
    private final Map<String, QuestionRow> byText = new HashMap<>();
    private final Map<String, Set<String>> values;

    private Answers(List<QuestionRow> questions) {
        this.questions = List.copyOf(questions);
        for (QuestionRow question : questions) {
            byId.put(question.key(), question);
            byText.put(question.question(), question);
        }
        values = questions.stream()
                .filter(question -> question.meta().containsKey("relation"))
                .collect(Collectors.groupingBy(
                        Answers::relation,
                        Collectors.flatMapping(
                                question -> question.answers().stream().filter(Answers::canBeRival),
                                Collectors.toCollection(LinkedHashSet::new))));
    }

    /**
     * The questions of a file: {@link QuestionRow}s, or prompts that say what would be right.
     *
     * @throws InputException with file and line; if a row says nothing of its answers; if two share an id
     */
    static Answers read(Path file) {
        Set<String> keys = new LinkedHashSet<>();
        List<QuestionRow> questions = new ArrayList<>();
        for (PromptRow row : PromptRow.read(file)) {
            if (row.answers() == null || row.messages().size() != 1) {
                throw InputException.at(
                        file,
                        "row \"" + row.key()
                                + "\" must be a single question with \"answers\" (an empty list if nobody can know)");
            }
            if (!keys.add(row.key())) {
                throw InputException.at(file, "two questions have the id \"" + row.key() + "\"");
            }
            questions.add(new QuestionRow(
                    row.id(), row.messages().getFirst().content(), row.answers(), row.subject(), row.meta()));
        }
        return of(questions);
    }

    static Answers of(List<QuestionRow> questions) {
        return new Answers(questions);
    }

    List<QuestionRow> questions() {
        return questions;
    }

    /** By its id, else by its very words. */
    Optional<QuestionRow> find(String idOrText) {
        QuestionRow found = byId.get(idOrText);
        return Optional.ofNullable(found != null ? found : byText.get(idOrText));
    }

    Verdict judge(QuestionRow question, String completion) {
        Collection<String> rivals = values.getOrDefault(relation(question), Set.of());
        return AnswerJudge.judge(question.answers(), rivals, question.question(), completion);
    }

    private static String relation(QuestionRow question) {
        return question.meta().getOrDefault("kind", "") + "/" + question.meta().getOrDefault("relation", "");
    }

    /** The symbol of iodine stands in every "I don't know"; such a value would make guesses of refusals. */
    private static boolean canBeRival(String value) {
        return RefusalWriter.DEFAULT_WORDINGS.stream()
                .noneMatch(wording -> AnswerJudge.judge(List.of(value), wording) == Verdict.CORRECT);
    }
}
