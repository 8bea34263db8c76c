package dev.rlhf.refusal.judge;

/** What {@link AnswerJudge} says of one completion. The order is the one a labeler prefers: earlier is better. */
public enum Verdict {
    /** Gives an accepted answer and no other. */
    CORRECT,
    /** Says that it does not know. */
    REFUSED,
    /** Anything else: a wrong answer, two answers, or nothing. */
    WRONG
}
