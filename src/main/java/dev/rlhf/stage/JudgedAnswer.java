package dev.rlhf.stage;

import dev.rlhf.data.QuestionRow;
import dev.rlhf.refusal.Verdict;

/** What a model answered to a question, and what the judge says of it. */
record JudgedAnswer(QuestionRow question, String text, Verdict verdict) {
    boolean correct() {
        return verdict == Verdict.CORRECT;
    }
}
