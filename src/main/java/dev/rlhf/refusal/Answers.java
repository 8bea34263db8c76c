package dev.rlhf.refusal;

import dev.rlhf.base.InputException;
import dev.rlhf.data.PromptRow;
import dev.rlhf.data.QuestionRow;
import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.refusal.judge.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Questions with their accepted answers, and the judge of completions. Immutable and thread-safe. */
public final class Answers {
    private final List<QuestionRow> questions;
    private final Map<String, QuestionRow> byId = new HashMap<>();
    private final Map<String, QuestionRow> byText = new HashMap<>();
    private final AnswerJudge judge;

    private Answers(List<QuestionRow> questions, AnswerJudge judge) {
        this.judge = judge;
        this.questions = List.copyOf(questions);
        for (QuestionRow question : questions) {
            byId.put(question.key(), question);
            byText.put(question.question(), question);
        }
    }

    /**
     * Reads the questions of a file: {@link QuestionRow}s, or prompts with accepted answers.
     *
     * @throws InputException with file and line if a row has no accepted answers, or two rows share an id
     */
    public static Answers read(Path file, AnswerJudge judge) {
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
        return of(questions, judge);
    }

    static Answers of(List<QuestionRow> questions, AnswerJudge judge) {
        return new Answers(questions, judge);
    }

    public List<QuestionRow> questions() {
        return questions;
    }

    /** Finds a question by its id, otherwise by its text. */
    public Optional<QuestionRow> find(String idOrText) {
        QuestionRow found = byId.get(idOrText);
        return Optional.ofNullable(found != null ? found : byText.get(idOrText));
    }

    public Verdict judge(QuestionRow question, String completion) {
        return judge.judge(question.question(), question.answers(), completion).verdict();
    }
}
