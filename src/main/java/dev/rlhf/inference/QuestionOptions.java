package dev.rlhf.inference;

import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Options for questions and the judge of their answers. */
public record QuestionOptions(
        @Option(help = "questions with accepted answers, own rows or a public format", must = Option.Must.BE_A_FILE)
        @Nullable
        Path questions,

        @OptionGroup AnswerJudgeOptions refusals) {

    /** Creates the judge. */
    public AnswerJudge judge() {
        return refusals.judge();
    }

    /** Reads the questions, if they are given ({@link Answers#read}). */
    public Optional<Answers> answers(PrintStream console) {
        return Optional.ofNullable(questions).map(file -> Answers.read(file, judge(), console));
    }
}
