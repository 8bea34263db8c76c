package dev.rlhf.refusal.judge;

import dev.rlhf.data.Verdict;

/**
 * A verdict and its evidence.
 *
 * @param evidence the words that decided it: the accepted answer, the phrase that declines, or the other answer; "" if
 *     there are none
 */
public record Judgement(Verdict verdict, String evidence) {}
