package dev.rlhf.label.store;

import dev.rlhf.base.Sha256;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.Guidelines;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.RefusedException.Reason;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** All published versions of the guidelines, and who has seen them. */
final class GuidelineTable {
    private GuidelineTable() {}

    /** Makes the text the current version. */
    static Guidelines publish(Handle handle, String text, OffsetDateTime now) {
        String version = HexFormat.of().formatHex(Sha256.of(text)).substring(0, 12);
        handle.createUpdate("""
                        MERGE INTO guideline g USING (VALUES (CAST(:version AS VARCHAR(64)))) v (version) ON g.version = v.version
                        WHEN MATCHED THEN UPDATE SET current_no = (SELECT MAX(current_no) + 1 FROM guideline)
                        WHEN NOT MATCHED THEN INSERT (version, text, created_at, current_no)
                            VALUES (:version, :text, :now, (SELECT COALESCE(MAX(current_no), 0) + 1 FROM guideline))""")
                .bind("version", version)
                .bind("text", text)
                .bind("now", now)
                .execute();
        return current(handle).orElseThrow();
    }

    static Optional<Guidelines> current(Handle handle) {
        return handle.createQuery("SELECT version, text, created_at FROM guideline ORDER BY current_no DESC LIMIT 1")
                .map((row, context) -> new Guidelines(
                        row.getString("version"), row.getString("text"), Times.instant(row, "created_at")))
                .findOne();
    }

    /**
     * Records that a labeler was shown a version.
     *
     * @throws RefusedException if the version is unknown
     */
    static void saw(Handle handle, Labeler labeler, String version, OffsetDateTime now) {
        checkKnown(handle, version);
        handle.createUpdate("""
                        INSERT INTO guideline_seen SELECT :me, :version, :now WHERE NOT EXISTS (
                            SELECT 1 FROM guideline_seen WHERE labeler_id = :me AND version = :version)""")
                .bind("me", labeler.id())
                .bind("version", version)
                .bind("now", now)
                .execute();
    }

    /** Returns the most recent version that this labeler has seen; empty if they have seen none. */
    static Optional<String> seen(Handle handle, Labeler labeler) {
        return handle.createQuery("""
                        SELECT s.version FROM guideline_seen s JOIN guideline g ON g.version = s.version
                        WHERE s.labeler_id = :me ORDER BY g.current_no DESC LIMIT 1""")
                .bind("me", labeler.id())
                .mapTo(String.class)
                .findOne();
    }

    /**
     * Returns the version by which a label is made: the current one, or null if the store has none.
     *
     * @param named the version shown on the labeler's page, if it sends one
     * @throws RefusedException if the current version was not shown, or was never seen
     */
    static @Nullable String checkSeen(Handle handle, Labeler labeler, @Nullable String named) {
        if (named != null) {
            checkKnown(handle, named);
        }
        String current = current(handle).map(Guidelines::version).orElse(null);
        if (current == null) {
            return null;
        }
        if ((named != null && !named.equals(current)) || !seen(handle, labeler).equals(Optional.of(current))) {
            throw new RefusedException(
                    Reason.CONFLICT, "guidelines", "the guidelines have changed; read them, then submit again");
        }
        return current;
    }

    private static void checkKnown(Handle handle, String version) {
        int known = handle.createQuery("SELECT COUNT(*) FROM guideline WHERE version = :version")
                .bind("version", version)
                .mapTo(Integer.class)
                .one();
        if (known == 0) {
            throw new RefusedException(Reason.INVALID, "these guidelines are not known here");
        }
    }
}
