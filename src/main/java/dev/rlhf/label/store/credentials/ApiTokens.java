package dev.rlhf.label.store.credentials;

import dev.rlhf.base.InputException;
import dev.rlhf.label.api.ApiToken;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.mapper.RowMapper;

/** The table of tokens with which programs act as an admin. */
public final class ApiTokens {
    /** Makes a token recognisable to programs that search files for secrets. */
    private static final String PREFIX = "rlhf_";

    /** A use is recorded if the last one recorded is older, so that not every request writes. */
    private static final Duration PRECISION = Duration.ofMinutes(1);

    private static final String SELECT = """
            SELECT t.name, l.name AS admin, t.created_at, t.last_used_at FROM api_token t
            JOIN labeler l ON l.id = t.admin_id""";

    private static final RowMapper<ApiToken> TOKEN = (row, context) -> {
        OffsetDateTime lastUsed = row.getObject("last_used_at", OffsetDateTime.class);
        return new ApiToken(
                row.getString("name"),
                row.getString("admin"),
                row.getObject("created_at", OffsetDateTime.class).toInstant(),
                lastUsed == null ? null : lastUsed.toInstant());
    };

    private ApiTokens() {}

    /**
     * Creates a token and returns it. It is stored nowhere.
     *
     * @throws InputException if the name is not valid or another token has it, or there is no such admin
     */
    public static String create(Handle handle, String name, String admin, OffsetDateTime now) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,63}")) {
            throw new InputException("a token's name is 1 to 64 letters, digits, dots, - or _, such as nightly-export");
        }
        if (list(handle).stream().anyMatch(token -> token.name().equals(name))) {
            throw new InputException("there is a token '" + name + "' already; revoke it or use another name");
        }
        long owner = handle.createQuery(
                        "SELECT id FROM labeler WHERE name = :admin AND role = 'admin' AND disabled_at IS NULL")
                .bind("admin", admin)
                .mapTo(Long.class)
                .findOne()
                .orElseThrow(() -> new InputException("there is no admin '" + admin + "' who can sign in"));
        String token = PREFIX + Tokens.make();
        handle.createUpdate("""
                        INSERT INTO api_token (token_hash, name, admin_id, created_at)
                        VALUES (:hash, :name, :owner, :now)""")
                .bind("hash", Tokens.hash(token))
                .bind("name", name)
                .bind("owner", owner)
                .bind("now", now)
                .execute();
        return token;
    }

    /** Returns all tokens by name. */
    public static List<ApiToken> list(Handle handle) {
        return handle.createQuery(SELECT + " ORDER BY t.name").map(TOKEN).list();
    }

    /** Returns the token; empty if it is unknown or revoked. */
    public static Optional<ApiToken> find(Handle handle, String token) {
        return handle.createQuery(SELECT + " WHERE t.token_hash = :hash AND l.disabled_at IS NULL")
                .bind("hash", Tokens.hash(token))
                .map(TOKEN)
                .findOne();
    }

    /** Returns whether a use at this time is recorded. */
    public static boolean recorded(ApiToken token, Instant now) {
        return token.lastUsed() != null && now.isBefore(token.lastUsed().plus(PRECISION));
    }

    /** Records a use. */
    public static void used(Handle handle, String token, OffsetDateTime now) {
        handle.createUpdate("UPDATE api_token SET last_used_at = :now WHERE token_hash = :hash")
                .bind("now", now)
                .bind("hash", Tokens.hash(token))
                .execute();
    }

    /** @throws InputException if there is no such token */
    public static void revoke(Handle handle, String name) {
        int revoked = handle.createUpdate("DELETE FROM api_token WHERE name = :name")
                .bind("name", name)
                .execute();
        if (revoked == 0) {
            throw new InputException("there is no token '" + name + "'");
        }
    }

    public static void revokeAllOf(Handle handle, long admin) {
        handle.createUpdate("DELETE FROM api_token WHERE admin_id = :admin")
                .bind("admin", admin)
                .execute();
    }
}
