package dev.rlhf.label.store.credentials;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.api.Role;
import dev.rlhf.label.api.SignedIn;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.core.Handle;

/** The table of sessions. A session's token is created at sign-in, never taken from the browser. */
public final class Sessions {
    /** Length of a labeler's session: labelers come back for weeks and have no password. */
    public static final Duration OF_LABELER = Duration.ofDays(90);

    /** Length of an admin's session: a working day. */
    public static final Duration OF_ADMIN = Duration.ofHours(12);

    private Sessions() {}

    /** Returns the length of a role's sessions. */
    public static Duration lasting(Role role) {
        return role == Role.ADMIN ? OF_ADMIN : OF_LABELER;
    }

    /** Opens a session and returns its token, which is stored nowhere. */
    public static String open(Handle handle, Labeler labeler, Role role, OffsetDateTime now) {
        String token = Tokens.make();
        handle.createUpdate("DELETE FROM labeler_session WHERE expires_at <= :now")
                .bind("now", now)
                .execute();
        handle.createUpdate("""
                        INSERT INTO labeler_session (token_hash, labeler_id, created_at, expires_at)
                        VALUES (:hash, :labeler, :now, :until)""")
                .bind("hash", Tokens.hash(token))
                .bind("labeler", labeler.id())
                .bind("now", now)
                .bind("until", now.plus(lasting(role)))
                .execute();
        return token;
    }

    /** Returns the user of a session; empty if the token is unknown or expired, or the user disabled. */
    public static Optional<SignedIn> find(Handle handle, String token, OffsetDateTime now) {
        return handle.createQuery("""
                        SELECT l.id, l.name, l.kind, l.role FROM labeler_session s JOIN labeler l ON l.id = s.labeler_id
                        WHERE s.token_hash = :hash AND s.expires_at > :now AND l.disabled_at IS NULL""")
                .bind("hash", Tokens.hash(token))
                .bind("now", now)
                .map((row, context) -> new SignedIn(
                        new Labeler(row.getLong("id"), row.getString("name"), LabelerKind.of(row.getString("kind"))),
                        Role.of(row.getString("role")),
                        Tokens.csrf(token)))
                .findOne();
    }

    public static void close(Handle handle, String token) {
        handle.createUpdate("DELETE FROM labeler_session WHERE token_hash = :hash")
                .bind("hash", Tokens.hash(token))
                .execute();
    }

    public static void closeAllOf(Handle handle, long labeler) {
        handle.createUpdate("DELETE FROM labeler_session WHERE labeler_id = :labeler")
                .bind("labeler", labeler)
                .execute();
    }
}
