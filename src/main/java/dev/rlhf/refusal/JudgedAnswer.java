package dev.rlhf.refusal;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.refusal.judge.Verdict;

/** An answer of a model with the judge's verdict. */
public record JudgedAnswer(QuestionRow question, String text, Verdict verdict) {
    public boolean correct() {
        return verdict == Verdict.CORRECT;
    }
}
