package dev.rlhf.label;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * That a labeler made no ranking of a task, and why. Skips are counted apart; nothing is trained on them.
 *
 * @param labeler name, unique within a task
 * @param cannotJudge whether the labeler tried and could not, rather than passed it over
 * @param reason there for a skip; may be absent for {@code cannotJudge}
 * @param flags completion id to what is wrong with it; sorted; completions without flags are absent
 * @param seconds active time spent on it, if measured
 * @param guideline version of the guidelines that were shown, if known
 */
public record Skip(
        String labeler,
        LabelerKind kind,
        boolean cannotJudge,
        @Nullable String reason,
        Map<String, List<String>> flags,
        boolean personalData,
        @Nullable String comment,
        @Nullable Double seconds,
        @Nullable String guideline) {
    /** @throws IllegalArgumentException if a value is out of bounds, or a skip has no reason */
    public Skip {
        labeler = Labeler.checkedName(labeler);
        reason = LabelChecks.text("reason", reason, LabelChecks.REASON_LIMIT);
        if (reason == null && !cannotJudge) {
            throw new IllegalArgumentException("a skip has a \"reason\"");
        }
        flags = LabelChecks.flags(flags);
        comment = LabelChecks.text("comment", comment, LabelChecks.COMMENT_LIMIT);
        seconds = LabelChecks.seconds(seconds);
        guideline = LabelChecks.guideline(guideline);
    }
}
