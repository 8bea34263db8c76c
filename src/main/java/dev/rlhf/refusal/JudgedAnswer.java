package dev.rlhf.refusal;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.refusal.judge.Verdict;

/** What a model answered to a question, and what the judge says of it. */
public record JudgedAnswer(QuestionRow question, String text, Verdict verdict) {
    public boolean correct() {
        return verdict == Verdict.CORRECT;
    }
}
