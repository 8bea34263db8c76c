package dev.rlhf.label.api;

import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.agreement.LabelerAgreement;
import dev.rlhf.label.agreement.PositionBias;

/**
 * Statistics of one labeler. Imported rankings count too, except where a value is known only for labels made on the
 * page.
 *
 * @param rankings number of rankings of tasks that are not gold
 * @param verdicts number of verdicts in judging tasks
 * @param skips number of skips
 * @param cannotJudge number of tasks answered with "I can't judge this"
 * @param medianSeconds median active time per ranking or verdict; NaN if none is known
 * @param totalSeconds active time on all labels
 * @param bias preference for places on the screen
 * @param agreement agreement with the common order of the others
 * @param opinion agreement with the order of a reward model, on tasks that have a second opinion
 */
public record LabelerStatus(
        String name,
        LabelerKind kind,
        int rankings,
        int verdicts,
        int skips,
        int cannotJudge,
        double medianSeconds,
        double totalSeconds,
        PositionBias bias,
        GoldScore gold,
        LabelerAgreement agreement,
        GoldScore opinion) {
    /** Returns the share of labels that are not a ranking; NaN without labels. */
    public double skipRate() {
        return (double) (skips + cannotJudge) / (rankings + verdicts + gold.tasks() + skips + cannotJudge);
    }
}
