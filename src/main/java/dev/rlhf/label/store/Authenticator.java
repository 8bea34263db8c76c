package dev.rlhf.label.store;

import dev.rlhf.label.Labeler;
import dev.rlhf.label.api.Actor;
import dev.rlhf.label.api.Invite;
import dev.rlhf.label.api.RefusedException;
import dev.rlhf.label.api.RefusedException.Reason;
import dev.rlhf.label.api.Role;
import dev.rlhf.label.api.SignedIn;
import dev.rlhf.label.api.TooManyTriesException;
import dev.rlhf.label.store.Access.Opened;
import dev.rlhf.label.store.credentials.Invites;
import dev.rlhf.label.store.credentials.Passwords;
import dev.rlhf.label.store.credentials.Sessions;
import dev.rlhf.label.store.credentials.Tokens;
import dev.rlhf.label.store.database.Database;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;

/** Signs labelers and admins in, and slows down guessing. Thread-safe. */
final class Authenticator {
    /** Maximum number of passwords hashed at the same time, because each occupies a core for almost a second. */
    private static final int AT_ONCE = 2;

    private final Database database;
    private final int iterations;
    private final SignInGuard guard;
    private final Semaphore hashing = new Semaphore(AT_ONCE);

    /** @param iterations PBKDF2 iterations of new passwords, and of the dummy hash for unknown names */
    Authenticator(Database database, int iterations) {
        this.database = database;
        this.iterations = iterations;
        this.guard = new SignInGuard(database);
    }

    Invite invite(Handle handle, Labeler labeler) {
        return Invites.make(handle, labeler, database.now());
    }

    Opened enter(String invite, @Nullable String key, String address) {
        SignInGuard.Key from = SignInGuard.Key.invitesFrom(address);
        guard.check(from);
        Opened opened;
        try {
            opened = database.write(handle -> {
                Labeler labeler = Invites.use(handle, invite, key, database.now());
                return open(handle, labeler, Role.LABELER);
            });
        } catch (RefusedException e) {
            guard.failed(from);
            throw e;
        }
        guard.succeeded(from);
        return opened;
    }

    /** Unblocks everybody. */
    void unblock() {
        guard.clear();
    }

    Opened signIn(String name, String password, String address) {
        if (!hashing.tryAcquire()) {
            throw new TooManyTriesException(Duration.ofSeconds(1));
        }
        try {
            return signInAlone(name.strip(), password, address);
        } finally {
            hashing.release();
        }
    }

    private Opened signInAlone(String name, String password, String address) {
        SignInGuard.Key[] keys = {SignInGuard.Key.address(address), SignInGuard.Key.name(name)};
        guard.attempt(keys);
        Optional<Passwords.Hashed> stored = database.read(handle -> Passwords.of(handle, name));
        boolean matches =
                stored.orElseGet(() -> Passwords.Hashed.ofNobody(iterations)).matches(password);
        Actor actor = new Actor(name, address);
        if (stored.isEmpty() || !matches) {
            database.run(handle -> Audit.add(handle, database.now(), actor, "sign_in_failed", null, null));
            throw new RefusedException(Reason.NOT_SIGNED_IN, "password", "name or password is wrong");
        }
        guard.succeeded(keys);
        return database.write(handle -> {
            Labeler admin = Labelers.find(handle, name).orElseThrow();
            Audit.add(handle, database.now(), actor, "sign_in", null, null);
            return open(handle, admin, Role.ADMIN);
        });
    }

    private Opened open(Handle handle, Labeler labeler, Role role) {
        String token = Sessions.open(handle, labeler, role, database.now());
        return new Opened(token, new SignedIn(labeler, role, Tokens.csrf(token)));
    }
}
