package dev.rlhf.checkpoint.hub;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Computes the hash of a blob while its bytes arrive: SHA-256, or git's hash (a header and the content) for a small
 * file.
 */
final class BlobHash {
    private static final int CHUNK = 1 << 20;

    private final HubFile file;
    private final MessageDigest digest;

    BlobHash(HubFile file) {
        this.file = file;
        try {
            this.digest = MessageDigest.getInstance(file.hasSha256() ? "SHA-256" : "SHA-1");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every JDK has both", e);
        }
        restart();
    }

    void restart() {
        digest.reset();
        if (!file.hasSha256()) {
            digest.update(("blob " + file.size() + "\0").getBytes(StandardCharsets.US_ASCII));
        }
    }

    void update(byte[] bytes, int count) {
        digest.update(bytes, 0, count);
    }

    /** Adds the bytes left by an earlier attempt. */
    void update(Path partial) throws IOException {
        byte[] chunk = new byte[CHUNK];
        try (InputStream in = Files.newInputStream(partial)) {
            for (int count = in.read(chunk); count >= 0; count = in.read(chunk)) {
                digest.update(chunk, 0, count);
            }
        }
    }

    /** Returns the hash in hexadecimal and resets it. */
    String finish() {
        String found = HexFormat.of().formatHex(digest.digest());
        restart();
        return found;
    }
}
