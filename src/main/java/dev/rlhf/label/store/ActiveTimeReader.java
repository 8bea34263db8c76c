package dev.rlhf.label.store;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.ActiveDay;
import dev.rlhf.label.api.DayRange;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Reads how long labelers worked on each day, from their minutes. */
final class ActiveTimeReader {
    private final Handle handle;

    ActiveTimeReader(Handle handle) {
        this.handle = handle;
    }

    private record Minute(String labeler, LocalDate day, int done, double seconds) {}

    /**
     * Returns the days on which somebody worked, by labeler and day.
     *
     * @param only this labeler's days; null: everybody's
     */
    List<ActiveDay> days(DayRange range, @Nullable Labeler only) {
        TreeMap<String, TreeMap<LocalDate, ActiveDay>> days = new TreeMap<>();
        handle.createQuery("""
                        SELECT l.name, m.utc_minute, m.done, m.seconds FROM labeler_minute m
                        JOIN labeler l ON l.id = m.labeler_id
                        WHERE m.utc_minute >= :since AND m.utc_minute < :until
                        AND (:only IS NULL OR m.labeler_id = :only)""")
                .bind("since", minute(range.since(), range.zone(), Long.MIN_VALUE))
                .bind("until", minute(range.until(), range.zone(), Long.MAX_VALUE))
                .bind("only", only == null ? null : Long.valueOf(only.id()))
                .map((row, context) -> new Minute(
                        row.getString("name"),
                        Instant.ofEpochSecond(60 * row.getLong("utc_minute"))
                                .atZone(range.zone())
                                .toLocalDate(),
                        row.getInt("done"),
                        row.getDouble("seconds")))
                .forEach(minute -> days.computeIfAbsent(minute.labeler(), _ -> new TreeMap<>())
                        .merge(
                                minute.day(),
                                new ActiveDay(minute.labeler(), minute.day(), minute.done(), minute.seconds()),
                                (day, more) -> new ActiveDay(
                                        day.labeler(),
                                        day.day(),
                                        day.rankings() + more.rankings(),
                                        day.seconds() + more.seconds())));
        List<ActiveDay> all = new ArrayList<>();
        days.values()
                .forEach(of -> of.values().stream()
                        .filter(day -> day.rankings() > 0 || day.seconds() > 0)
                        .forEach(all::add));
        return all;
    }

    private static long minute(@Nullable LocalDate day, ZoneId zone, long otherwise) {
        return day == null
                ? otherwise
                : Math.floorDiv(day.atStartOfDay(zone).toInstant().getEpochSecond(), 60L);
    }
}
