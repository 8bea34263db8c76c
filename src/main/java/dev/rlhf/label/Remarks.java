package dev.rlhf.label;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a ranking says beside the order and the flags; everything may be absent.
 *
 * @param topK how many of the best were ranked; the rest shares the next rank. Null: all were ranked
 * @param strength of two completions: -3 the first is much better, 0 the same, 3 the second is much better
 * @param scores 1 to 7 or null, in the order of the task's completions
 * @param allBad whether even the best is bad
 * @param personalData whether the task shows personal data
 */
public record Remarks(
        @Nullable Integer topK,
        @Nullable Integer strength,
        @Nullable List<@Nullable Integer> scores,
        boolean allBad,
        boolean personalData,
        @Nullable String comment) {
    public static final Remarks NONE = new Remarks(null, null, null, false, false, null);

    /** @throws IllegalArgumentException if a value is out of bounds */
    public Remarks {
        if (topK != null && topK < 1) {
            throw new IllegalArgumentException("\"top_k\" is " + topK + "; it is at least 1");
        }
        strength = LabelChecks.strength(strength);
        scores = LabelChecks.scores(scores);
        comment = LabelChecks.text("comment", comment, LabelChecks.COMMENT_LIMIT);
    }
}
