package dev.rlhf.inference;

import dev.rlhf.base.InputException;
import dev.rlhf.data.AnswerRow;
import dev.rlhf.data.Verdict;
import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.stage.Option;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options of the answer judge. */
public record AnswerJudgeOptions(
        @Option(
                help = "further phrases that count as a refusal, in any language, such as [\"no comment\"]",
                value = "[]")
        List<String> refusal_phrases,

        @Option(
                help = "people's verdicts, which replace those of the rules: JSONL of question, completion, verdict",
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
        Map<AnswerJudge.Given, Verdict> given = new HashMap<>();
        for (AnswerRow row : verdicts == null ? List.<AnswerRow>of() : AnswerRow.read(verdicts)) {
            if (row.question() == null || row.verdict() == null) {
                throw row.origin().error("a verdict needs \"question\", \"completion\" and \"verdict\"");
            }
            given.put(
                    new AnswerJudge.Given(row.question(), row.completion()),
                    Verdict.valueOf(row.verdict().toUpperCase(Locale.ROOT)));
        }
        return new AnswerJudge(refusal_phrases, given);
    }
}
