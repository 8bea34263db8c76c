package dev.rlhf.label.api;

import dev.rlhf.base.InputException;
import java.time.DateTimeException;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/**
 * A range of days.
 *
 * @param since the first day; null: no limit
 * @param until the day after the last one; null: no limit
 * @param zone time zone in which days begin
 */
public record DayRange(@Nullable LocalDate since, @Nullable LocalDate until, ZoneId zone) {
    /** @throws InputException if there is no day in the range */
    public DayRange {
        if (since != null && until != null && !since.isBefore(until)) {
            throw new InputException("since must be before until");
        }
    }

    /**
     * Parses a range.
     *
     * @param zone such as {@code Europe/Berlin} or {@code +01:00}; null: UTC
     * @throws InputException if a day or the zone is not valid
     */
    public static DayRange of(@Nullable String since, @Nullable String until, @Nullable String zone) {
        return new DayRange(day("since", since), day("until", until), zone(zone));
    }

    private static @Nullable LocalDate day(String name, @Nullable String text) {
        try {
            return text == null ? null : LocalDate.parse(text);
        } catch (DateTimeParseException e) {
            throw new InputException(name + " is '" + text + "'; write a day as in 2026-01-31", e);
        }
    }

    private static ZoneId zone(@Nullable String name) {
        try {
            return name == null ? ZoneOffset.UTC : ZoneId.of(name);
        } catch (DateTimeException e) {
            throw new InputException("zone is '" + name + "'; write a time zone as in Europe/Berlin, +01:00 or UTC", e);
        }
    }
}
