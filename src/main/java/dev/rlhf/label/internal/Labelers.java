package dev.rlhf.label.internal;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.RefusedException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Base64;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** Who ranks, and the sessions by which they are known. */
public final class Labelers {
    /** How long a session lasts. */
    public static final Duration SESSION = Duration.ofDays(30);

    private static final RowMapper<Labeler> LABELER = (row, context) ->
            new Labeler(row.getLong("id"), row.getString("name"), LabelerKind.of(row.getString("kind")));

    private Labelers() {}

    static Optional<Labeler> find(Handle handle, String name) {
        return handle.createQuery("SELECT id, name, kind FROM labeler WHERE name = :name")
                .bind("name", name)
                .map(LABELER)
                .findOne();
    }

    static long insert(Handle handle, String name, LabelerKind kind, OffsetDateTime now) {
        return handle.createUpdate("INSERT INTO labeler (name, kind, created_at) VALUES (:name, :kind, :now)")
                .bind("name", name)
                .bind("kind", kind.word())
                .bind("now", now)
                .executeAndReturnGeneratedKeys("id")
                .mapTo(Long.class)
                .one();
    }

    /**
     * The labeler of that name, made if there is none.
     *
     * @throws RefusedException if the name is no name, or belongs to a labeler of the other kind
     */
    public static Labeler join(Handle handle, String name, LabelerKind kind, OffsetDateTime now) {
        String checked;
        try {
            checked = Labeler.checkedName(name);
        } catch (IllegalArgumentException e) {
            throw new RefusedException(RefusedException.Reason.INVALID, String.valueOf(e.getMessage()));
        }
        Labeler labeler =
                find(handle, checked).orElseGet(() -> new Labeler(insert(handle, checked, kind, now), checked, kind));
        if (labeler.kind() != kind) {
            throw new RefusedException(
                    RefusedException.Reason.CONFLICT,
                    "'" + checked + "' is the name of a " + labeler.kind().word() + " labeler; use another");
        }
        return labeler;
    }

    /** Opens a session and gives its token, which is nowhere else from then on. */
    public static String openSession(Handle handle, Labeler labeler, OffsetDateTime now) {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        String token = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        handle.createUpdate("DELETE FROM labeler_session WHERE expires_at <= :now")
                .bind("now", now)
                .execute();
        handle.createUpdate("INSERT INTO labeler_session VALUES (:hash, :labeler, :now, :until)")
                .bind("hash", hash(token))
                .bind("labeler", labeler.id())
                .bind("now", now)
                .bind("until", now.plus(SESSION))
                .execute();
        return token;
    }

    public static Optional<Labeler> ofSession(Handle handle, String token, OffsetDateTime now) {
        return handle.createQuery("""
                        SELECT l.id, l.name, l.kind FROM labeler_session s JOIN labeler l ON l.id = s.labeler_id
                        WHERE s.token_hash = :hash AND s.expires_at > :now""")
                .bind("hash", hash(token))
                .bind("now", now)
                .map(LABELER)
                .findOne();
    }

    private static byte[] hash(String token) {
        return sha256(token);
    }

    /** SHA-256 of the text's UTF-8. */
    public static byte[] sha256(String text) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError("every JDK has SHA-256", e);
        }
    }
}
