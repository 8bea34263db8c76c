package dev.rlhf.refusal.judge;

/** The verdict on a completion, in order of preference: correct answers first. */
public enum Verdict {
    /** An accepted answer is given, and no other. */
    CORRECT,
    /** The speaker says that the answer is not known, or declines. */
    REFUSED,
    /** Anything else: a wrong answer, two answers, or nothing. */
    WRONG
}
