package dev.rlhf.label.store;

import dev.rlhf.base.InputException;
import dev.rlhf.label.Labeler;
import dev.rlhf.label.LabelerKind;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.ApiToken;
import dev.rlhf.label.api.AuditEntry;
import dev.rlhf.label.api.Invite;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.Role;
import dev.rlhf.label.api.SignedIn;
import dev.rlhf.label.api.User;
import dev.rlhf.label.store.credentials.ApiTokens;
import dev.rlhf.label.store.credentials.Passwords;
import dev.rlhf.label.store.credentials.Sessions;
import dev.rlhf.label.store.database.Database;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Controls access to a store. Labelers sign in with an invite that works once, admins with a password; both then have a
 * session. Programs act as an admin with a token. Every action of an admin is written to the audit table. Part of
 * {@link LabelStore}; thread-safe.
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

    /** A new session. The token belongs in a cookie; the store keeps its hash. */
    public record Opened(String token, SignedIn who) {}

    /**
     * Creates an invite for a labeler, and the labeler if the name is new. Earlier invites and sessions stay valid.
     *
     * @throws InputException if the name is not valid, belongs to an admin or to a labeler of the other kind, or is
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
     * Signs a labeler in with an invite, which is then used up.
     *
     * @param key chosen by the client; the same invite and key are accepted again within ten minutes, because the
     *     answer may have been lost
     * @param address address of the client
     * @throws RefusedException if the invite is unknown, used or expired, or after too many attempts
     */
    public Opened enter(String invite, @Nullable String key, String address) {
        return authenticator.enter(invite, key, address);
    }

    /**
     * Signs an admin in. Takes the same time for a name that does not belong to an admin.
     *
     * @throws RefusedException if name or password is wrong, without saying which, or after too many attempts
     */
    public Opened signIn(String name, String password, String address) {
        return authenticator.signIn(name, password, address);
    }

    /** Returns the user of a session; empty if the token is unknown or has expired. */
    public Optional<SignedIn> session(String token) {
        return database.read(handle -> Sessions.find(handle, token, database.now()));
    }

    public void signOut(String token) {
        database.run(handle -> Sessions.close(handle, token));
    }

    /**
     * Creates a token with which programs act as an admin until it is revoked, and returns it. The store keeps its
     * hash.
     *
     * @param name unique among the store's tokens
     * @throws InputException if the name is not valid or another token has it, or there is no such admin
     */
    public String createToken(String name, String admin, Actor by) {
        return database.write(handle -> {
            String token = ApiTokens.create(handle, name, admin, database.now());
            Audit.add(handle, database.now(), by, "create_token", name, "for " + admin);
            return token;
        });
    }

    /**
     * Revokes a token, which stops working at once.
     *
     * @throws InputException if there is no such token
     */
    public void revokeToken(String name, Actor by) {
        database.run(handle -> {
            ApiTokens.revoke(handle, name);
            Audit.add(handle, database.now(), by, "revoke_token", name, null);
        });
    }

    /** Returns all tokens by name. */
    public List<ApiToken> tokens() {
        return database.read(ApiTokens::list);
    }

    /** Returns a token and records its use; empty if it is unknown or revoked, or its admin disabled. */
    public Optional<ApiToken> token(String token) {
        Optional<ApiToken> found = database.read(handle -> ApiTokens.find(handle, token));
        if (found.isPresent() && !ApiTokens.recorded(found.get(), database.now().toInstant())) {
            database.run(handle -> ApiTokens.used(handle, token, database.now()));
        }
        return found;
    }

    /**
     * Creates an admin, or changes an admin's password and ends their sessions and tokens. Forgets all failed attempts
     * to sign in.
     *
     * @throws InputException if the password is too short, or the name belongs to a labeler
     */
    public void setAdmin(String name, String password, Actor by) {
        Passwords.Hashed hashed = Passwords.Hashed.of(Passwords.checked(password), iterations);
        database.run(handle -> {
            Users.setAdmin(handle, name, hashed, database.now());
            Audit.add(handle, database.now(), by, "set_admin_password", name.strip(), null);
        });
        authenticator.unblock();
    }

    /**
     * Returns the password.
     *
     * @throws InputException if the password has too few or too many characters
     */
    public static String checkedPassword(String password) {
        return Passwords.checked(password);
    }

    /** Returns whether anybody can sign in as admin. */
    public boolean hasAdmin() {
        return users().stream().anyMatch(user -> user.role() == Role.ADMIN && !user.disabled());
    }

    /** Returns all users: admins first, then by name. */
    public List<User> users() {
        return database.read(handle -> Users.list(handle, database.now()));
    }

    /**
     * Disables a user: ends their sessions, invites and tokens, and releases the tasks they hold. Their labels stay.
     *
     * @throws InputException if there is no such user, or it is the last admin
     */
    public void disable(String name, Actor by) {
        database.run(handle -> {
            Users.disable(handle, name, database.now());
            Audit.add(handle, database.now(), by, "disable", name, null);
        });
    }

    /**
     * Reverts {@link #disable}; a labeler then needs a new invite.
     *
     * @throws InputException if there is no such user
     */
    public void enable(String name, Actor by) {
        database.run(handle -> {
            Users.enable(handle, name, database.now());
            Audit.add(handle, database.now(), by, "enable", name, null);
        });
    }

    /** Returns rows of the audit table, newest first; only those older than {@code before} if it is given. */
    public List<AuditEntry> audit(@Nullable Long before, int limit) {
        return database.read(handle -> Audit.list(handle, before, limit));
    }

    /** Returns the address at which labelers reach the server, for links; empty until it is set. */
    public Optional<URI> baseUrl() {
        return database.read(handle -> StoreSettings.get(handle, StoreSettings.BASE_URL))
                .map(URI::create);
    }

    /**
     * Sets the address for links.
     *
     * @throws InputException if it is not {@code http(s)://HOST[:PORT]/}
     */
    public void setBaseUrl(URI url, Actor by) {
        URI checked = StoreSettings.checkedBaseUrl(url);
        database.run(handle -> {
            StoreSettings.put(handle, StoreSettings.BASE_URL, checked.toString());
            Audit.add(handle, database.now(), by, "set_base_url", null, checked.toString());
        });
    }
}
