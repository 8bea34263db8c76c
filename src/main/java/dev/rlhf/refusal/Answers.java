package dev.rlhf.refusal;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.data.Verdict;
import dev.rlhf.data.questions.QuestionFile;
import dev.rlhf.refusal.judge.AnswerJudge;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Questions with their accepted answers, and the judge of completions. Immutable and thread-safe. */
public final class Answers {
    private final List<QuestionRow> questions;
    private final Map<String, QuestionRow> byId = new HashMap<>();
    private final Map<String, QuestionRow> byText = new HashMap<>();
    private final AnswerJudge judge;

    private Answers(List<QuestionRow> questions, AnswerJudge judge) {
        judge.requirePassages(questions);
        this.judge = judge;
        this.questions = List.copyOf(questions);
        for (QuestionRow question : questions) {
            byId.put(question.key(), question);
            byText.put(question.prompt(), question);
        }
    }

    /**
     * Reads the questions of a file ({@link QuestionFile}), and prints how many rows of a public format are used.
     *
     * @throws dev.rlhf.base.InputException with file and line if a row has no accepted answers, or two rows share an id
     */
    public static Answers read(Path file, AnswerJudge judge, PrintStream console) {
        QuestionFile read = QuestionFile.read(file);
        read.summary().ifPresent(console::println);
        return of(read.questions(), judge);
    }

    /** Creates answers from questions that have already been read. */
    public static Answers of(List<QuestionRow> questions, AnswerJudge judge) {
        return new Answers(questions, judge);
    }

    public List<QuestionRow> questions() {
        return questions;
    }

    /** Finds a question by its id, otherwise by its text (after its context, if it has one). */
    public Optional<QuestionRow> find(String idOrText) {
        QuestionRow found = byId.get(idOrText);
        return Optional.ofNullable(found != null ? found : byText.get(idOrText));
    }

    public Verdict judge(QuestionRow question, String completion) {
        return judge.judge(question, completion).verdict();
    }
}
