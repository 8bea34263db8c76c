package dev.rlhf.label.store;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.api.Role;
import dev.rlhf.label.api.User;
import dev.rlhf.label.assignment.Quota;
import dev.rlhf.label.assignment.QuotaUse;
import dev.rlhf.label.store.assignment.Quotas;
import dev.rlhf.label.store.assignment.TagTable;
import dev.rlhf.label.store.credentials.ApiTokens;
import dev.rlhf.label.store.credentials.Invites;
import dev.rlhf.label.store.credentials.Passwords;
import dev.rlhf.label.store.credentials.Sessions;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Lists and changes labelers and admins. */
final class Users {
    private Users() {}

    /** Returns all users, admins first, then by name. */
    static List<User> list(Handle handle, OffsetDateTime now) {
        Map<Long, List<String>> tags = new TagTable(handle).all(TagTable.Owner.LABELER);
        Quotas quotas = new Quotas(handle, now);
        return handle.createQuery("""
                        SELECT l.id, l.name, l.kind, l.role, l.disabled_at IS NOT NULL AS disabled,
                            l.tasks_per_day, l.tasks_total, l.minutes_per_day, l.done,
                            (SELECT SUM(m.done) FROM labeler_minute m WHERE m.labeler_id = l.id
                                AND m.utc_minute >= :today) AS today,
                            (SELECT SUM(m.seconds) FROM labeler_minute m WHERE m.labeler_id = l.id
                                AND m.utc_minute >= :today) AS seconds_today,
                            (SELECT COUNT(*) FROM invite i WHERE i.labeler_id = l.id AND i.used_at IS NULL
                                AND i.expires_at > :now) AS invites,
                            (SELECT COUNT(*) FROM labeler_session s WHERE s.labeler_id = l.id
                                AND s.expires_at > :now) AS sessions,
                            (SELECT MAX(s.created_at) FROM labeler_session s WHERE s.labeler_id = l.id) AS last_sign_in
                        FROM labeler l ORDER BY l.role, l.name""")
                .bind("now", now)
                .bind("today", quotas.today(quotas.project().zone()))
                .map((row, context) -> new User(
                        new Labeler(row.getLong("id"), row.getString("name"), LabelerKind.of(row.getString("kind"))),
                        Role.of(row.getString("role")),
                        row.getBoolean("disabled"),
                        row.getInt("invites"),
                        row.getInt("sessions"),
                        instant(row.getObject("last_sign_in", OffsetDateTime.class)),
                        tags.getOrDefault(row.getLong("id"), List.of()),
                        new QuotaUse(
                                new Quota(
                                        row.getObject("tasks_per_day", Integer.class),
                                        row.getObject("tasks_total", Integer.class),
                                        row.getObject("minutes_per_day", Integer.class)),
                                row.getInt("today"),
                                row.getDouble("seconds_today"),
                                row.getInt("done"))))
                .list();
    }

    /**
     * Returns the labeler with this name, who is created if the name is new.
     *
     * @throws InputException if no invite can be made for the name
     */
    static Labeler invitable(Handle handle, String name, LabelerKind kind, OffsetDateTime now) {
        String checked = checked(name);
        Optional<User> user = find(handle, checked, now);
        if (user.isEmpty()) {
            checkNew(handle, checked);
            return new Labeler(Labelers.insert(handle, checked, kind, now), checked, kind);
        }
        Labeler labeler = user.get().labeler();
        if (user.get().role() == Role.ADMIN) {
            throw new InputException("'" + checked + "' is an admin; invite labelers under other names");
        }
        if (labeler.kind() != kind) {
            throw new InputException(
                    "'" + checked + "' is the name of a " + labeler.kind().word() + " labeler; use another");
        }
        if (user.get().disabled()) {
            throw new InputException("'" + checked + "' is disabled; enable the name first");
        }
        return labeler;
    }

    /**
     * Creates an admin, or changes an admin's password and ends their sessions and tokens.
     *
     * @throws InputException if the name is not valid, or belongs to a labeler
     */
    static void setAdmin(Handle handle, String name, Passwords.Hashed password, OffsetDateTime now) {
        String checked = checked(name);
        Optional<User> user = find(handle, checked, now);
        if (user.isPresent() && user.get().role() != Role.ADMIN) {
            throw new InputException("'" + checked + "' is a labeler; an admin sees all labels and needs another name");
        }
        if (user.isEmpty()) {
            checkNew(handle, checked);
        }
        long id = user.map(there -> there.labeler().id())
                .orElseGet(() -> Labelers.insert(handle, checked, LabelerKind.PERSON, now));
        handle.createUpdate("UPDATE labeler SET role = 'admin', disabled_at = NULL WHERE id = :id")
                .bind("id", id)
                .execute();
        Passwords.store(handle, id, password, now);
        Sessions.closeAllOf(handle, id);
        ApiTokens.revokeAllOf(handle, id);
    }

    /**
     * Disables a user: ends their sessions, invites and tokens, and releases their claims.
     *
     * @throws InputException if there is no such user, or it is the last admin
     */
    static void disable(Handle handle, String name, OffsetDateTime now) {
        User user = required(handle, name, now);
        long id = user.labeler().id();
        if (user.role() == Role.ADMIN && !otherAdmin(handle, id)) {
            throw new InputException("'" + name + "' is the only admin; make another one first");
        }
        handle.createUpdate("UPDATE labeler SET disabled_at = :now WHERE id = :id")
                .bind("now", now)
                .bind("id", id)
                .execute();
        Sessions.closeAllOf(handle, id);
        Invites.revokeAllOf(handle, id);
        ApiTokens.revokeAllOf(handle, id);
        Assignments.release(handle, id, now);
    }

    /**
     * Enables a user.
     *
     * @throws InputException if there is no such user
     */
    static void enable(Handle handle, String name, OffsetDateTime now) {
        handle.createUpdate("UPDATE labeler SET disabled_at = NULL WHERE id = :id")
                .bind("id", required(handle, name, now).labeler().id())
                .execute();
    }

    /**
     * Returns the id of a labeler.
     *
     * @throws InputException if there is no such labeler, or the name is an admin's
     */
    static long labeler(Handle handle, String name, OffsetDateTime now) {
        User user = required(handle, name, now);
        if (user.role() == Role.ADMIN) {
            throw new InputException("'" + name + "' is an admin; only labelers have tags and quotas");
        }
        return user.labeler().id();
    }

    private static User required(Handle handle, String name, OffsetDateTime now) {
        return find(handle, name.strip(), now)
                .orElseThrow(() -> new InputException("there is no user named '" + name + "'"));
    }

    private static Optional<User> find(Handle handle, String name, OffsetDateTime now) {
        return list(handle, now).stream()
                .filter(user -> user.labeler().name().equals(name))
                .findFirst();
    }

    private static String checked(String name) {
        try {
            return Labeler.checkedName(name);
        } catch (IllegalArgumentException e) {
            throw new InputException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void checkNew(Handle handle, String name) {
        try {
            NewNames.check(handle, name);
        } catch (IllegalArgumentException e) {
            throw new InputException(String.valueOf(e.getMessage()), e);
        }
    }

    private static boolean otherAdmin(Handle handle, long labeler) {
        return handle.createQuery("SELECT COUNT(*) FROM labeler WHERE role = 'admin' AND disabled_at IS NULL AND id <>"
                                + " :id")
                        .bind("id", labeler)
                        .mapTo(Integer.class)
                        .one()
                > 0;
    }

    private static @Nullable Instant instant(@Nullable OffsetDateTime time) {
        return time == null ? null : time.toInstant();
    }
}
