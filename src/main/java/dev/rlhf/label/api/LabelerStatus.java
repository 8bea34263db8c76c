package dev.rlhf.label.api;

import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.agreement.LabelerAgreement;
import dev.rlhf.label.agreement.PositionBias;

/**
 * How a labeler works. Rankings that came from a file count, except where something is needed that only the page tells.
 *
 * @param rankings of tasks that are not gold
 * @param skips with a reason
 * @param cannotJudge "I can't judge this"
 * @param medianSeconds active time a ranking; NaN where none is known
 * @param totalSeconds active time on all labels
 * @param bias towards places of the screen
 * @param agreement with the others' common order
 */
public record LabelerStatus(
        String name,
        LabelerKind kind,
        int rankings,
        int skips,
        int cannotJudge,
        double medianSeconds,
        double totalSeconds,
        PositionBias bias,
        GoldScore gold,
        LabelerAgreement agreement) {
    /** Share of labels that are no ranking; NaN without labels. */
    public double skipRate() {
        return (double) (skips + cannotJudge) / (rankings + gold.tasks() + skips + cannotJudge);
    }
}
