package dev.rlhf.checkpoint.hub;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;

/**
 * The body of a response, with a timeout. {@link java.net.http.HttpClient} waits forever for the next byte if the
 * server disappears; here a thread closes the stream if nothing arrives for too long.
 */
final class TimeoutStream extends FilterInputStream {
    private final Duration timeout;
    private final Thread guard;
    private volatile long lastNanos = System.nanoTime();
    private volatile boolean timedOut;

    TimeoutStream(InputStream in, Duration timeout) {
        super(in);
        this.timeout = timeout;
        this.guard = Thread.ofVirtual().name("fetch-guard").start(this::watch);
    }

    private void watch() {
        try {
            while (true) {
                long left = timeout.toNanos() - (System.nanoTime() - lastNanos);
                if (left <= 0) {
                    timedOut = true;
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
            throw timedOut
                    ? new IOException("nothing came for " + timeout.toSeconds() + " s", e)
                    : new IOException("the connection broke (" + e.getMessage() + ")", e);
        }
    }

    @Override
    public void close() throws IOException {
        guard.interrupt();
        in.close();
    }
}
