package dev.rlhf.label.api;

import dev.rlhf.label.agreement.PairwiseAgreement;
import java.util.List;

/**
 * Rankings of gold tasks compared with their known ranks.
 *
 * @param tasks number of rankings
 * @param exact rankings that equal the known ranks
 * @param pairs agreement with the known ranks on pairs of completions
 */
public record GoldScore(int tasks, int exact, PairwiseAgreement pairs) {
    /** The score of no rankings. */
    public static final GoldScore NONE = new GoldScore(0, 0, PairwiseAgreement.NONE);

    /** Returns the score with one more ranking. */
    public GoldScore plus(List<Integer> ranks, List<Integer> known) {
        return new GoldScore(
                tasks + 1, exact + (ranks.equals(known) ? 1 : 0), pairs.plus(PairwiseAgreement.between(ranks, known)));
    }
}
