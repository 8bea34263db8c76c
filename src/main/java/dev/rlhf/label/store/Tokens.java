package dev.rlhf.label.store;

import java.security.SecureRandom;
import java.util.Base64;

/**
 * Secrets that open sessions: 256 random bits each, so a plain SHA-256 is enough to keep them by; who reads the hashes
 * cannot find what they are of.
 */
final class Tokens {
    private Tokens() {}

    /** 43 characters that need no escaping in a URL. */
    static String make() {
        byte[] bytes = new byte[32];
        new SecureRandom().nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }

    static byte[] hash(String token) {
        return Labelers.sha256(token);
    }

    /** Follows from a session's token, so nothing is stored; the token cannot be told from it. */
    static String csrf(String session) {
        return Base64.getUrlEncoder().withoutPadding().encodeToString(hash("csrf " + session));
    }
}
