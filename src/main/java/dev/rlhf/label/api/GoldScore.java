package dev.rlhf.label.api;

import dev.rlhf.label.agreement.PairwiseAgreement;

/**
 * Rankings of gold tasks against the known answers.
 *
 * @param tasks ranked
 * @param exact of those, ranked just as known
 * @param pairs of completions, ordered as known or not
 */
public record GoldScore(int tasks, int exact, PairwiseAgreement pairs) {
    /** Nothing ranked. */
    public static final GoldScore NONE = new GoldScore(0, 0, PairwiseAgreement.NONE);

    /** With one more ranking. */
    public GoldScore plus(java.util.List<Integer> ranks, java.util.List<Integer> known) {
        return new GoldScore(
                tasks + 1, exact + (ranks.equals(known) ? 1 : 0), pairs.plus(PairwiseAgreement.between(ranks, known)));
    }
}
