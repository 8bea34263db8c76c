package dev.rlhf.label.agreement;

import dev.rlhf.base.Bootstrap;
import dev.rlhf.base.Interval;
import java.util.List;

/**
 * Measures of agreement between labelers over all tasks, each with its bootstrap interval over tasks; NaN where there
 * is nothing to compare.
 *
 * @param tasks number of tasks ranked by two or more labelers; only these count
 * @param pairwise share of pairs on which two labelers agree; a tie agrees only with a tie
 * @param tiesHalf as {@code pairwise}, with half an agreement for a tie against an order
 * @param tiesLeftOut as {@code pairwise}, over the pairs that both labelers ordered
 * @param alpha Krippendorff's ordinal alpha
 * @param tauB mean of Kendall's tau-b over pairs of labelers
 * @param w mean of Kendall's W over tasks
 * @param kappa Fleiss' kappa over pairs of completions
 */
public record AgreementReport(
        int tasks,
        Interval pairwise,
        Interval tiesHalf,
        Interval tiesLeftOut,
        Interval alpha,
        Interval tauB,
        Interval w,
        Interval kappa,
        List<LabelerAgreement> labelers) {
    private static final int DRAWS = 500;

    /** @param seed seed of the bootstrap */
    public static AgreementReport of(List<Item> items, long seed) {
        List<Item> shared =
                items.stream().filter(item -> item.ranks().size() > 1).toList();
        return new AgreementReport(
                shared.size(),
                Bootstrap.of(shared, all -> PairwiseAgreement.of(all).asWritten(), DRAWS, seed),
                Bootstrap.of(shared, all -> PairwiseAgreement.of(all).tiesHalf(), DRAWS, seed),
                Bootstrap.of(shared, all -> PairwiseAgreement.of(all).tiesLeftOut(), DRAWS, seed),
                Bootstrap.of(shared, KrippendorffAlpha::ofRanks, DRAWS, seed),
                Bootstrap.of(shared, all -> Kendall.meanTauB(all).orElse(Double.NaN), DRAWS, seed),
                Bootstrap.of(shared, all -> Kendall.meanW(all).orElse(Double.NaN), DRAWS, seed),
                Bootstrap.of(shared, FleissKappa::ofPairs, DRAWS, seed),
                LabelerAgreement.of(items));
    }
}
