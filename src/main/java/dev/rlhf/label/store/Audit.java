package dev.rlhf.label.store;

import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.AuditEntry;
import java.time.OffsetDateTime;
import java.util.List;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Writes the audit table, in the same transaction as the recorded action: either both are stored or neither. */
final class Audit {
    private Audit() {}

    /**
     * Adds a row.
     * @param action the action's name, such as {@code pause_batch}
     * @param subject the name of the user, batch or other object that was acted on
     */
    static void add(
            Handle handle,
            OffsetDateTime now,
            Actor actor,
            String action,
            @Nullable String subject,
            @Nullable String detail) {
        handle.createUpdate("""
                        INSERT INTO audit (at, actor, address, action, subject, detail)
                        VALUES (:now, :actor, :address, :action, :subject, :detail)""")
                .bind("now", now)
                .bind("actor", cut(actor.name(), 100))
                .bind("address", cut(actor.address(), 64))
                .bind("action", action)
                .bind("subject", cut(subject, 200))
                .bind("detail", cut(detail, 1000))
                .execute();
    }

    /** Returns the newest rows first; only those older than {@code before} if it is given. */
    static List<AuditEntry> list(Handle handle, @Nullable Long before, int limit) {
        return handle.createQuery("""
                        SELECT id, at, actor, address, action, subject, detail FROM audit
                        WHERE id < :before ORDER BY id DESC LIMIT :limit""")
                .bind("before", before == null ? Long.MAX_VALUE : before)
                .bind("limit", limit)
                .map((row, context) -> new AuditEntry(
                        row.getLong("id"),
                        row.getObject("at", OffsetDateTime.class).toInstant(),
                        new Actor(row.getString("actor"), row.getString("address")),
                        row.getString("action"),
                        row.getString("subject"),
                        row.getString("detail")))
                .list();
    }

    private static @Nullable String cut(@Nullable String text, int length) {
        return text == null || text.length() <= length ? text : text.substring(0, length);
    }
}
