package dev.rlhf.inference;

import dev.rlhf.refusal.judge.AnswerJudge;
import dev.rlhf.stage.Option;
import java.util.List;

/** Options of the judge of answers. */
public record AnswerJudgeOptions(
        @Option(
                help = "further phrases that count as a refusal, in any language, such as [\"no comment\"]",
                value = "[]")
        List<String> refusal_phrases) {

    /** Creates the judge. */
    public AnswerJudge judge() {
        return new AnswerJudge(refusal_phrases);
    }
}
