package dev.rlhf.checkpoint.hub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * The bytes of a response, with a timeout: {@link java.net.http.HttpClient} waits forever for the next byte of a body
 * whose server has gone. A thread closes the stream if nothing arrives for too long.
 */
final class PatientStream extends FilterInputStream {
    private final Duration patience;
    private final Thread guard;
    private volatile long lastNanos = System.nanoTime();
    private volatile boolean gaveUp;

    PatientStream(InputStream in, Duration patience) {
        super(in);
        this.patience = patience;
        this.guard = Thread.ofVirtual().name("fetch-guard").start(this::watch);
    }

    private void watch() {
        try {
            while (true) {
                long left = patience.toNanos() - (System.nanoTime() - lastNanos);
                if (left <= 0) {
                    gaveUp = true;
                    in.close();
                    return;
                }
                Thread.sleep(Duration.ofNanos(left));
            }
        } catch (InterruptedException | IOException e) {
            // closed, or closing failed: the reader notices either way
        }
    }

    @Override
    public int read() throws IOException {
        byte[] one = new byte[1];
        return read(one, 0, 1) < 0 ? -1 : one[0] & 0xFF;
    }

    @Override
    public int read(byte[] bytes, int from, int length) throws IOException {
        try {
            int count = in.read(bytes, from, length);
            lastNanos = System.nanoTime();
            return count;
        } catch (IOException e) {
            throw gaveUp
                    ? new IOException("nothing came for " + patience.toSeconds() + " s", e)
                    : new IOException("the connection broke (" + e.getMessage() + ")", e);
        }
    }

    @Override
    public void close() throws IOException {
        guard.interrupt();
        in.close();
    }
}
