package dev.rlhf.label.api;

import dev.rlhf.label.LabelKind;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Selects labels for an admin to read. A null or false field selects all.
 *
 * @param since made at this time or later
 * @param until made before this time
 * @param flag a word that the labeler gave to a completion
 * @param text a part of the comment or of the reason of a skip, in any case
 * @param comment only labels with a comment
 * @param personalData only labels that report personal data
 * @param disagreement only rankings of tasks that another labeler ranked differently
 * @param unread only labels with a comment or personal data that no admin has marked as read
 * @param guideline made under this version of the guidelines
 * @param pace only rankings made in an unusual time
 */
public record LabelQuery(
        @Nullable String batch,
        @Nullable String labeler,
        @Nullable Instant since,
        @Nullable Instant until,
        @Nullable LabelKind kind,
        @Nullable String flag,
        @Nullable String text,
        boolean comment,
        boolean personalData,
        boolean disagreement,
        boolean unread,
        @Nullable LabelStatus status,
        @Nullable String guideline,
        @Nullable Pace pace) {
    /** Selects all labels. */
    public static final LabelQuery ALL =
            new LabelQuery(null, null, null, null, null, null, null, false, false, false, false, null, null, null);

    /** Active time compared with the median of the batch's rankings. */
    public enum Pace {
        /** Less than a quarter of it. */
        FAST,
        /** More than four times as long. */
        SLOW;

        /** @throws IllegalArgumentException if there is no such pace */
        public static Pace of(String word) {
            return switch (word) {
                case "fast" -> FAST;
                case "slow" -> SLOW;
                default -> throw new IllegalArgumentException("pace is '" + word + "'; it is fast or slow");
            };
        }
    }
}
