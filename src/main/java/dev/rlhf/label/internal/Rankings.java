package dev.rlhf.label.internal;

import java.sql.Array;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Arrays;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** The table of rankings: rows are added, never changed. */
final class Rankings {
    /** Submit key of a ranking that came from a file; too short to be one of a client's. */
    static final String IMPORT_KEY = "import";

    private Rankings() {}

    /**
     * One revision of a ranking.
     *
     * @param ranks in the stored order of the task's completions
     */
    record Row(
            long assignment,
            int revision,
            List<Integer> ranks,
            @Nullable Double seconds,
            @Nullable String guideline,
            String submitKey,
            OffsetDateTime createdAt) {}

    /** Adds a row and gives its id. */
    static long insert(Handle handle, Row row) {
        return handle.createUpdate("""
                        INSERT INTO ranking
                            (assignment_id, revision, ranks, seconds_active, guideline_version, submit_key, created_at)
                        VALUES (:assignment, :revision, :ranks, :seconds, :guideline, :key, :now)""")
                .bind("assignment", row.assignment())
                .bind("revision", row.revision())
                .bindArray("ranks", Integer.class, row.ranks())
                .bind("seconds", row.seconds())
                .bind("guideline", row.guideline())
                .bind("key", row.submitKey())
                .bind("now", row.createdAt())
                .executeAndReturnGeneratedKeys("id")
                .mapTo(Long.class)
                .one();
    }

    /** An integer array of a result. */
    static List<Integer> integers(Array array) throws SQLException {
        return Arrays.stream((Object[]) array.getArray())
                .map(Integer.class::cast)
                .toList();
    }
}
