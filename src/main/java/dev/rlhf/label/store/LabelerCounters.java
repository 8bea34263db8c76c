package dev.rlhf.label.store;

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
