package dev.rlhf.label.store.credentials;

import dev.rlhf.base.Sha256;
import java.security.SecureRandom;
import java.util.Base64;

/**
 * Creates and hashes tokens of sessions and invites. They are 256 random bits, so a plain SHA-256 does not reveal them.
 */
public final class Tokens {
    private Tokens() {}

    /** Returns 43 characters that need no escaping in a URL. */
    public static String make() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static byte[] hash(String token) {
        return Sha256.of(token);
    }

    /** Derives the CSRF token from a session's token, which it does not reveal; nothing is stored. */
    public static String csrf(String session) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hash("csrf " + session));
    }
}
