package dev.rlhf.label.store;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.AuditEntry;
import dev.rlhf.label.api.Invite;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.Role;
import dev.rlhf.label.api.SignedIn;
import dev.rlhf.label.api.User;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who may use a store, and how they prove it: labelers by an invite that works once, admins by a password; both then by
 * a session. Everything an admin does here is in the audit table. Part of {@link LabelStore}; thread-safe.
 */
public final class Access {
    private final Database database;
    private final Authenticator authenticator;
    private final int iterations;

    Access(Database database, int iterations) {
        this.database = database;
        this.authenticator = new Authenticator(database, iterations);
        this.iterations = iterations;
    }

    /** A session just opened. The token belongs in a cookie; the store keeps its hash. */
    public record Opened(String token, SignedIn who) {}

    /**
     * Makes a link for a labeler, who is made too if there is none of that name. Earlier links and sessions stay.
     *
     * @throws InputException if the name cannot be one, belongs to an admin or to a labeler of the other kind, or is
     *     disabled
     */
    public Invite invite(String name, LabelerKind kind, Actor by) {
        return database.write(handle -> {
            Labeler labeler = Users.invitable(handle, name, kind, database.now());
            Audit.add(handle, database.now(), by, "invite", labeler.name(), null);
            return authenticator.invite(handle, labeler);
        });
    }

    /**
     * Signs a labeler in by an invite, which then works no more.
     *
     * @param key made by the client; sent again with the same invite within ten minutes, it is let in again, for the
     *     answer may have got lost
     * @param address where the request comes from
     * @throws RefusedException if the invite is none, was used or ran out, or after too many tries
     */
    public Opened enter(String invite, @Nullable String key, String address) {
        return authenticator.enter(invite, key, address);
    }

    /**
     * Signs an admin in. Takes as long for a name that is no admin's.
     *
     * @throws RefusedException if name or password is wrong, without saying which, or after too many tries
     */
    public Opened signIn(String name, String password, String address) {
        return authenticator.signIn(name, password, address);
    }

    /** Whose session the token opens, unless it is none or has run out. */
    public Optional<SignedIn> session(String token) {
        return database.read(handle -> Sessions.find(handle, token, database.now()));
    }

    public void signOut(String token) {
        database.run(handle -> Sessions.close(handle, token));
    }

    /**
     * Makes an admin, or gives one another password and ends their sessions.
     *
     * @throws InputException if the password is too short, or the name is a labeler's
     */
    public void setAdmin(String name, String password, Actor by) {
        Passwords.Hashed hashed = Passwords.Hashed.of(Passwords.checked(password), iterations);
        database.run(handle -> {
            Users.setAdmin(handle, name, hashed, database.now());
            Audit.add(handle, database.now(), by, "set_admin_password", name.strip(), null);
        });
    }

    /** @throws InputException if the password has too few characters, or too many */
    public static String checkedPassword(String password) {
        return Passwords.checked(password);
    }

    /** Whether anybody can sign in as admin. */
    public boolean hasAdmin() {
        return users().stream().anyMatch(user -> user.role() == Role.ADMIN && !user.disabled());
    }

    /** Everybody: admins first, then by name. */
    public List<User> users() {
        return database.read(handle -> Users.list(handle, database.now()));
    }

    /**
     * Lets nobody in under this name: ends its sessions and links, and gives back the tasks it holds. Its labels stay.
     *
     * @throws InputException if there is no such name, or it is the last admin's
     */
    public void disable(String name, Actor by) {
        database.run(handle -> {
            Users.disable(handle, name, database.now());
            Audit.add(handle, database.now(), by, "disable", name, null);
        });
    }

    /**
     * Takes {@link #disable} back; a labeler needs a new link.
     *
     * @throws InputException if there is no such name
     */
    public void enable(String name, Actor by) {
        database.run(handle -> {
            Users.enable(handle, name, database.now());
            Audit.add(handle, database.now(), by, "enable", name, null);
        });
    }

    /** The newest lines of the audit table first; older ones than {@code before} if it is given. */
    public List<AuditEntry> audit(@Nullable Long before, int limit) {
        return database.read(handle -> Audit.list(handle, before, limit));
    }

    /** Where labelers reach the server, for links; empty until it was said. */
    public Optional<URI> baseUrl() {
        return database.read(handle -> StoreSettings.get(handle, StoreSettings.BASE_URL)).map(URI::create);
    }

    /** @throws InputException if it is not {@code http(s)://HOST[:PORT]/} */
    public void setBaseUrl(URI url, Actor by) {
        URI checked = StoreSettings.checkedBaseUrl(url);
        database.run(handle -> {
            StoreSettings.put(handle, StoreSettings.BASE_URL, checked.toString());
            Audit.add(handle, database.now(), by, "set_base_url", null, checked.toString());
        });
    }
}
