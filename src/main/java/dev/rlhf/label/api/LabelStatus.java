package dev.rlhf.label.api;

import java.util.Locale;

/** Whether a label counts. */
public enum LabelStatus {
    /** It is in statistics, exports and training. */
    COUNTED,
    /** An admin sent it back to its labeler, who has not submitted it again yet. */
    SENT_BACK,
    /** An admin removed it; the labeler is not given the task again. */
    REMOVED;

    /** Returns the name in JSON. */
    public String word() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** @throws IllegalArgumentException if there is no such status */
    public static LabelStatus of(String word) {
        for (LabelStatus status : values()) {
            if (status.word().equals(word)) {
                return status;
            }
        }
        throw new IllegalArgumentException("status is '" + word + "'; it is counted, sent_back or removed");
    }
}
