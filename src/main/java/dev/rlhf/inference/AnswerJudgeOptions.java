package dev.rlhf.inference;

import dev.rlhf.refusal.Answers;
import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.stage.Option;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Options of stages that judge answers. */
public record AnswerJudgeOptions(
        @Option(
                help = "questions with accepted answers, own rows or a public format",
                must = Option.Must.BE_A_FILE)
        @Nullable
        Path questions,

        @Option(
                help = "further phrases that count as a refusal, in any language, such as [\"no comment\"]",
                value = "[]")
        List<String> refusal_phrases) {

    /** Creates the judge. */
    public AnswerJudge judge() {
        return new AnswerJudge(refusal_phrases);
    }

    /** Reads the questions, if they are given ({@link Answers#read}). */
    public Optional<Answers> answers(PrintStream console) {
        return Optional.ofNullable(questions).map(file -> Answers.read(file, judge(), console));
    }
}
