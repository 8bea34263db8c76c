package dev.rlhf.label.api;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A token with which programs act as an admin, as listed for admins. The token itself is shown once, when it is
 * created.
 *
 * @param name unique among the store's tokens
 * @param admin name of the admin whose actions the token's actions are
 * @param lastUsed to the minute; null: never
 */
public record ApiToken(
        String name,
        String admin,
        Instant created,
        @Nullable Instant lastUsed) {
    /** Returns the author of the token's actions for the audit table. */
    public Actor actor(String address) {
        return new Actor(admin + ", token " + name, address);
    }
}
