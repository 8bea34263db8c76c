package dev.rlhf.inference;

import dev.rlhf.base.InputException;
import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.refusal.judge.GivenVerdicts;
import dev.rlhf.stage.Option;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Options of the answer judge. */
public record AnswerJudgeOptions(
        @Option(
                help = "further phrases that count as a refusal, in any language, such as [\"no comment\"]",
                value = "[]")
        List<String> refusal_phrases,

        @Option(
                help = "people's verdicts, which replace those of the rules: JSONL of context (if any), question,"
                        + " completion and verdict",
                must = Option.Must.BE_A_FILE)
        @Nullable
        Path verdicts) {
    /** @throws InputException if a phrase has no words, and so could not be found */
    public AnswerJudgeOptions {
        for (String phrase : refusal_phrases) {
            if (phrase.codePoints().noneMatch(Character::isLetterOrDigit)) {
                throw new InputException("refusal_phrases: \"" + phrase + "\" has no words");
            }
        }
    }

    /**
     * Creates the judge.
     *
     * @throws InputException with file and line if a row of {@code verdicts} is incomplete
     */
    public AnswerJudge judge() {
        return verdicts == null
                ? new AnswerJudge(refusal_phrases)
                : new AnswerJudge(refusal_phrases, GivenVerdicts.read(verdicts));
    }
}
