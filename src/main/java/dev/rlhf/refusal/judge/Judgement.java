package dev.rlhf.refusal.judge;

/**
 * What {@link AnswerJudge} says of a completion, and why.
 *
 * @param evidence the words that decided: the accepted answer, the phrase that declines, or what is said instead; "" if there are none
 */
public record Judgement(Verdict verdict, String evidence) {}
