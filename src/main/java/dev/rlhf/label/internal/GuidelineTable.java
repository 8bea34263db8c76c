package dev.rlhf.label.internal;

import dev.rlhf.label.Guidelines;
import dev.rlhf.label.RefusedException;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Every text of the guidelines that was ever shown. */
public final class GuidelineTable {
    private GuidelineTable() {}

    /** Makes the text current; a text that is current already stays so. */
    public static Guidelines publish(Handle handle, String text, OffsetDateTime now) {
        String version = HexFormat.of().formatHex(Labelers.sha256(text)).substring(0, 12);
        handle.createUpdate("""
                        MERGE INTO guideline g USING (VALUES (CAST(:version AS VARCHAR(64)))) v (version) ON g.version = v.version
                        WHEN MATCHED THEN UPDATE SET current_no = (SELECT MAX(current_no) + 1 FROM guideline)
                        WHEN NOT MATCHED THEN INSERT (version, text, created_at, current_no)
                            VALUES (:version, :text, :now, (SELECT COALESCE(MAX(current_no), 0) + 1 FROM guideline))""")
                .bind("version", version)
                .bind("text", text)
                .bind("now", now)
                .execute();
        return new Guidelines(version, text);
    }

    public static Optional<Guidelines> current(Handle handle) {
        return handle.createQuery("SELECT version, text FROM guideline ORDER BY current_no DESC LIMIT 1")
                .map((row, context) -> new Guidelines(row.getString("version"), row.getString("text")))
                .findOne();
    }

    /**
     * Lets pass versions that this store has shown, and null.
     *
     * @throws RefusedException for any other
     */
    public static void check(Handle handle, @Nullable String version) {
        if (version == null) {
            return;
        }
        int known = handle.createQuery("SELECT COUNT(*) FROM guideline WHERE version = :version")
                .bind("version", version)
                .mapTo(Integer.class)
                .one();
        if (known == 0) {
            throw new RefusedException(RefusedException.Reason.INVALID, "these guidelines are not known here");
        }
    }
}
