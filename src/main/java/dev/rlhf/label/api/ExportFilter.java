package dev.rlhf.label.api;

import dev.rlhf.base.InputException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * Selects the labels to export.
 *
 * @param batch only this batch; null: all batches
 * @param guideline only labels made by this version of the guidelines; null: all
 * @param since only labels made at this time or later; null: all. The last revision of an edited label counts
 * @param until only labels made before this time; null: all
 * @param labeler only this labeler's labels; null: all
 * @param minOverlap tasks with fewer matching rankings are left out; 0: tasks without rankings are included
 */
public record ExportFilter(
        @Nullable String batch,
        @Nullable String guideline,
        @Nullable Instant since,
        @Nullable Instant until,
        @Nullable String labeler,
        int minOverlap) {
    /** @throws IllegalArgumentException if no label could match */
    public ExportFilter {
        if (minOverlap < 0) {
            throw new IllegalArgumentException("min_overlap is " + minOverlap + "; it is 0 or more");
        }
        if (since != null && until != null && !since.isBefore(until)) {
            throw new IllegalArgumentException("since must be before until");
        }
    }

    /**
     * Parses a time; a day means its beginning in UTC.
     * @param name the field's name, for the message
     * @throws InputException if it is neither a day nor a time with a zone
     */
    public static @Nullable Instant time(String name, @Nullable String text) {
        if (text == null) {
            return null;
        }
        try {
            return text.contains("T")
                    ? OffsetDateTime.parse(text).toInstant()
                    : LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException e) {
            throw new InputException(
                    name + " is '" + text + "'; write 2026-01-31 (UTC) or 2026-01-31T09:00:00+01:00", e);
        }
    }

    /** Returns a filter for all labels of a batch, or of all batches if it is null. */
    public static ExportFilter all(@Nullable String batch) {
        return new ExportFilter(batch, null, null, null, null, 0);
    }
}
