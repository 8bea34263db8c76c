package dev.rlhf.label.assignment;

import java.time.Instant;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * A quota that a labeler has met, so that they are given no new tasks.
 *
 * @param limit tasks or minutes
 * @param until when the next day begins; null if the quota is not one per day
 */
public record QuotaMet(Measure measure, int limit, @Nullable Instant until) {
    /** The kind of quota. */
    public enum Measure {
        TASKS_TOTAL,
        TASKS_PER_DAY,
        MINUTES_PER_DAY;

        /** Returns the name in JSON. */
        public String word() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
