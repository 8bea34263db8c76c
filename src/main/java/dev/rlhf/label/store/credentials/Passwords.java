package dev.rlhf.label.store.credentials;

import dev.rlhf.base.InputException;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.text.Normalizer;
import java.time.OffsetDateTime;
import java.util.Optional;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;
import org.jdbi.v3.core.Handle;

/**
 * Hashes and stores admins' passwords: PBKDF2 with HMAC-SHA-256, 600,000 iterations (OWASP Password Storage Cheat
 * Sheet), 16 bytes of salt.
 */
public final class Passwords {
    /** OWASP's recommendation for PBKDF2-HMAC-SHA256. */
    public static final int ITERATIONS = 600_000;

    /** Shortest password: NIST SP 800-63B requires 15 characters if the password is the only factor. */
    static final int SHORTEST = 15;

    private static final int LONGEST = 256;

    private Passwords() {}

    /** A salted hash of a password. */
    public record Hashed(byte[] salt, int iterations, byte[] hash) {
        /** Hashes a password with a new salt. */
        public static Hashed of(String password, int iterations) {
            byte[] salt = new byte[16];
            new SecureRandom().nextBytes(salt);
            return new Hashed(salt, iterations, derive(password, salt, iterations));
        }

        /** Returns a hash for unknown names: comparing takes the same time, and nothing matches. */
        public static Hashed ofNobody(int iterations) {
            return new Hashed(new byte[16], iterations, new byte[32]);
        }

        /** Returns whether the password matches; takes the same time for either answer. */
        public boolean matches(String password) {
            return password.length() <= LONGEST && MessageDigest.isEqual(hash, derive(password, salt, iterations));
        }
    }

    /**
     * Returns the password.
     *
     * @throws InputException if it is too short or too long
     */
    public static String checked(String password) {
        if (password.length() < SHORTEST || password.length() > LONGEST) {
            throw new InputException("the password has " + password.length() + " characters; it has " + SHORTEST
                    + " to " + LONGEST + " (a sentence does well)");
        }
        return password;
    }

    public static void store(Handle handle, long labeler, Hashed password, OffsetDateTime now) {
        handle.createUpdate("""
                        MERGE INTO admin_password (labeler_id, salt, iterations, hash, changed_at)
                        KEY (labeler_id) VALUES (:labeler, :salt, :iterations, :hash, :now)""")
                .bind("labeler", labeler)
                .bind("salt", password.salt())
                .bind("iterations", password.iterations())
                .bind("hash", password.hash())
                .bind("now", now)
                .execute();
    }

    /** Returns the password hash of an admin who is not disabled. */
    public static Optional<Hashed> of(Handle handle, String name) {
        return handle.createQuery("""
                        SELECT p.salt, p.iterations, p.hash FROM admin_password p JOIN labeler l ON l.id = p.labeler_id
                        WHERE l.name = :name AND l.role = 'admin' AND l.disabled_at IS NULL""")
                .bind("name", name)
                .map((row, context) -> new Hashed(row.getBytes("salt"), row.getInt("iterations"), row.getBytes("hash")))
                .findOne();
    }

    private static byte[] derive(String password, byte[] salt, int iterations) {
        // Another keyboard may produce another Unicode form of the same sentence.
        char[] characters = Normalizer.normalize(password, Normalizer.Form.NFC).toCharArray();
        PBEKeySpec key = new PBEKeySpec(characters, salt, iterations, 256);
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(key)
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new AssertionError("every JDK has PBKDF2 with HMAC-SHA-256", e);
        } finally {
            key.clearPassword();
        }
    }
}
