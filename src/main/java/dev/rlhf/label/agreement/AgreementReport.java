package dev.rlhf.label.agreement;

import dev.rlhf.base.Bootstrap;
import dev.rlhf.base.Interval;
import java.util.List;

/**
 * How far labelers agree over all tasks, each figure with its bootstrap interval over tasks; NaN where there is nothing
 * to compare.
 *
 * @param tasks ranked by two labelers or more; only these count
 * @param pairwise share of pairs on which two labelers say the same, ties as written
 * @param tiesHalf the same, a tie against an order counting half
 * @param tiesLeftOut the same over pairs that both saw an order in
 * @param alpha Krippendorff's, ordinal
 * @param tauB Kendall's, mean over pairs of labelers
 * @param w Kendall's, mean over tasks
 * @param kappa Fleiss', over pairs of completions
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

    /** @param seed of the bootstrap */
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
