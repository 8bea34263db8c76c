package dev.rlhf.label.store.credentials;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.api.Invite;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.RefusedException.Reason;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Invites, which sign a labeler in once. */
public final class Invites {
    static final Duration LASTS = Duration.ofDays(14);

    /** Time in which the client that used an invite may use it again, because the answer may not have reached it. */
    static final Duration REPEAT = Duration.ofMinutes(10);

    private Invites() {}

    public static Invite make(Handle handle, Labeler labeler, OffsetDateTime now) {
        String token = Tokens.make();
        OffsetDateTime expires = now.plus(LASTS);
        handle.createUpdate("""
                        INSERT INTO invite (token_hash, labeler_id, created_at, expires_at)
                        VALUES (:hash, :labeler, :now, :expires)""")
                .bind("hash", Tokens.hash(token))
                .bind("labeler", labeler.id())
                .bind("now", now)
                .bind("expires", expires)
                .execute();
        return new Invite(labeler, token, expires.toInstant());
    }

    private record Found(
            Labeler labeler,
            boolean disabled,
            OffsetDateTime expires,
            @Nullable OffsetDateTime used,
            byte @Nullable [] key) {
        static Found of(ResultSet row) throws SQLException {
            return new Found(
                    new Labeler(row.getLong("id"), row.getString("name"), LabelerKind.of(row.getString("kind"))),
                    row.getBoolean("disabled"),
                    row.getObject("expires_at", OffsetDateTime.class),
                    row.getObject("used_at", OffsetDateTime.class),
                    row.getBytes("use_key_hash"));
        }
    }

    /**
     * Uses an invite, which then stops working.
     *
     * @param key chosen by the client, the same in every repetition of one request
     * @throws RefusedException if the invite is unknown, used or expired
     */
    public static Labeler use(Handle handle, String token, @Nullable String key, OffsetDateTime now) {
        Optional<Found> found = handle.createQuery("""
                        SELECT l.id, l.name, l.kind, l.disabled_at IS NOT NULL AS disabled, i.expires_at, i.used_at,
                            i.use_key_hash
                        FROM invite i JOIN labeler l ON l.id = i.labeler_id WHERE i.token_hash = :hash""")
                .bind("hash", Tokens.hash(token))
                .map((row, context) -> Found.of(row))
                .findOne();
        if (found.isEmpty() || found.get().disabled()) {
            throw refused("this link is not known here");
        }
        Found invite = found.get();
        byte[] keyHash = key == null ? null : Tokens.hash(key);
        if (invite.used() != null) {
            boolean repeated = keyHash != null
                    && invite.key() != null
                    && MessageDigest.isEqual(keyHash, invite.key())
                    && now.isBefore(invite.used().plus(REPEAT));
            if (!repeated) {
                throw refused("this link was used already; it works once");
            }
            return invite.labeler();
        }
        if (!now.isBefore(invite.expires())) {
            throw refused("this link has run out");
        }
        handle.createUpdate("UPDATE invite SET used_at = :now, use_key_hash = :key WHERE token_hash = :hash")
                .bind("now", now)
                .bind("key", keyHash)
                .bind("hash", Tokens.hash(token))
                .execute();
        return invite.labeler();
    }

    public static void revokeAllOf(Handle handle, long labeler) {
        handle.createUpdate("DELETE FROM invite WHERE labeler_id = :labeler")
                .bind("labeler", labeler)
                .execute();
    }

    private static RefusedException refused(String why) {
        return new RefusedException(Reason.NOT_SIGNED_IN, "invite", why + "; ask whoever invited you for a new one");
    }
}
