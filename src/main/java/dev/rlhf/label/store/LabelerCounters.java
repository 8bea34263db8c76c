package dev.rlhf.label.store;

import java.time.Duration;
import java.time.OffsetDateTime;
import org.jdbi.v3.core.Handle;

/** Counters of labelers' work. Code that changes an assignment or adds a label updates them in the same transaction. */
final class LabelerCounters {
    private final Handle handle;

    LabelerCounters(Handle handle) {
        this.handle = handle;
    }

    /** Counts tasks given to a labeler. */
    void given(long labeler, int change) {
        handle.createUpdate("UPDATE labeler SET given = given + :change WHERE id = :labeler")
                .bind("change", change)
                .bind("labeler", labeler)
                .execute();
    }

    /**
     * Counts a change of an assignment's state.
     *
     * @param done 1 if it became a ranking, -1 if it was one before, otherwise 0
     * @param skipped the same for skips
     */
    void settled(long labeler, int done, int skipped) {
        handle.createUpdate("UPDATE labeler SET done = done + :done, skipped = skipped + :skipped WHERE id = :labeler")
                .bind("done", done)
                .bind("skipped", skipped)
                .bind("labeler", labeler)
                .execute();
    }

    private record Window(OffsetDateTime from, double before, double total) {}

    /**
     * Adds the active time that the page reports with a label to the labeler's minute of {@code now}, but no more than
     * has passed since the task was handed out or last labelled, without the time already added since then for other
     * tasks. So the time of a labeler never exceeds the time on the clock, whatever a page or a program reports. Called
     * before the label is inserted.
     */
    void credit(long labeler, long assignment, OffsetDateTime now, double reported) {
        Window window = handle.createQuery("""
                        SELECT COALESCE((SELECT MAX(b.created_at) FROM label b WHERE b.assignment_id = a.id),
                            a.claimed_at) AS since, a.seconds_before, l.seconds
                        FROM assignment a JOIN labeler l ON l.id = a.labeler_id WHERE a.id = :assignment""")
                .bind("assignment", assignment)
                .map((row, context) -> new Window(
                        row.getObject("since", OffsetDateTime.class),
                        row.getDouble("seconds_before"),
                        row.getDouble("seconds")))
                .one();
        double passed = Duration.between(window.from(), now).toMillis() / 1000.0;
        double credited = Math.max(0, Math.min(reported, passed - (window.total() - window.before())));
        handle.createUpdate("UPDATE labeler SET seconds = :total WHERE id = :labeler")
                .bind("total", window.total() + credited)
                .bind("labeler", labeler)
                .execute();
        handle.createUpdate("UPDATE assignment SET seconds_before = :total WHERE id = :assignment")
                .bind("total", window.total() + credited)
                .bind("assignment", assignment)
                .execute();
        worked(labeler, now, 0, credited);
    }

    /** Adds rankings and active time to a labeler's minute of {@code at}. */
    void worked(long labeler, OffsetDateTime at, int done, double seconds) {
        if (done == 0 && seconds == 0) {
            return;
        }
        int known = handle.createUpdate("""
                        UPDATE labeler_minute SET done = done + :done, seconds = seconds + :seconds
                        WHERE labeler_id = :labeler AND utc_minute = :minute""")
                .bind("done", done)
                .bind("seconds", seconds)
                .bind("labeler", labeler)
                .bind("minute", minute(at))
                .execute();
        if (known == 0) {
            handle.createUpdate("INSERT INTO labeler_minute VALUES (:labeler, :minute, :done, :seconds)")
                    .bind("labeler", labeler)
                    .bind("minute", minute(at))
                    .bind("done", done)
                    .bind("seconds", seconds)
                    .execute();
        }
    }

    /** Returns whole minutes since 1970 UTC. */
    static long minute(OffsetDateTime at) {
        return Math.floorDiv(at.toEpochSecond(), 60L);
    }
}
