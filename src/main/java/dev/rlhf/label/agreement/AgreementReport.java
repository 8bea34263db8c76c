package dev.rlhf.label.agreement;

import dev.rlhf.base.Bootstrap;
import dev.rlhf.base.Interval;
import java.util.List;

/**
 * Measures of agreement between labelers over all tasks, each with its bootstrap interval over tasks; NaN if there is
 * nothing to compare.
 *
 * @param tasks number of tasks ranked by two or more labelers; only these count
 * @param pairwise share of pairs on which two labelers agree; a tie agrees only with a tie
 * @param tiesHalf like {@code pairwise}, but a tie against an order counts as half an agreement
 * @param tiesLeftOut like {@code pairwise}, but only over pairs that neither labeler tied
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
        AgreementSums sums = new AgreementSums(shared);
        List<Interval> measures = Bootstrap.ofSums(
                sums.rows(),
                List.of(
                        all -> AgreementSums.pairwise(all).asWritten(),
                        all -> AgreementSums.pairwise(all).tiesHalf(),
                        all -> AgreementSums.pairwise(all).tiesLeftOut(),
                        sums::alpha,
                        AgreementSums::tauB,
                        AgreementSums::w,
                        AgreementSums::kappa),
                DRAWS,
                seed);
        return new AgreementReport(
                shared.size(),
                measures.get(0),
                measures.get(1),
                measures.get(2),
                measures.get(3),
                measures.get(4),
                measures.get(5),
                measures.get(6),
                LabelerAgreement.of(items));
    }
}
