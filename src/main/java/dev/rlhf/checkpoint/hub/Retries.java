package dev.rlhf.checkpoint.hub;

import dev.rlhf.base.InputException;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Retries calls when the network fails: at most {@code attempts} times without progress, after waits that double from
 * {@code first} up to {@code longest}, or as long as the hub asks for.
 *
 * @param pause waits between attempts
 */
record Retries(int attempts, Duration first, Duration longest, Pause pause, FetchListener listener) {
    /** A pause, such as {@link Thread#sleep(Duration)}. */
    @FunctionalInterface
    interface Pause {
        void sleep(Duration time) throws InterruptedException;
    }

    /** A call that may be repeated, except after a {@link FetchFailedException} such as a full disk. */
    @FunctionalInterface
    interface Call<T> {
        T run() throws IOException;
    }

    static Retries standard(FetchListener listener) {
        return new Retries(6, Duration.ofSeconds(1), Duration.ofMinutes(1), Thread::sleep, listener);
    }

    /**
     * Runs {@code call} until it succeeds.
     *
     * @param what the name of the model or file, for messages
     * @param bytes returns the number of bytes received; if it has grown since the last attempt, attempts are counted
     *     from zero again
     * @throws FetchFailedException if all attempts fail
     * @throws InputException without retrying: the user's input is wrong
     */
    <T> T run(String what, LongSupplier bytes, Call<T> call) throws IOException {
        int failed = 0;
        while (true) {
            long before = bytes.getAsLong();
            try {
                return call.run();
            } catch (FetchFailedException e) {
                throw e;
            } catch (IOException e) {
                failed = bytes.getAsLong() > before ? 1 : failed + 1;
                if (failed >= attempts) {
                    throw new FetchFailedException(
                            what + ": " + reason(e) + "; gave up after " + failed
                                    + " attempts. Partial downloads are kept; run the same command to resume",
                            e);
                }
                waitFor(what, e, failed);
            }
        }
    }

    private void waitFor(String what, IOException failure, int failed) throws IOException {
        Duration asked = failure instanceof HubStatusException status ? status.retryAfter() : null;
        Duration wait = asked == null ? backoff(failed) : asked;
        if (wait.compareTo(longest.multipliedBy(10)) > 0) {
            throw new FetchFailedException(
                    what + ": " + reason(failure) + "; the hub asks to wait " + wait.toMinutes() + " minutes", failure);
        }
        listener.note(what + ": " + reason(failure) + "; retrying in " + wait.toSeconds() + " s");
        try {
            pause.sleep(wait);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            InterruptedIOException interrupted = new InterruptedIOException("interrupted");
            interrupted.initCause(e);
            throw interrupted;
        }
    }

    private Duration backoff(int failed) {
        Duration wait = first.multipliedBy(1L << Math.min(failed - 1, 20));
        return wait.compareTo(longest) > 0 ? longest : wait;
    }

    private static String reason(IOException failure) {
        @Nullable String message = failure.getMessage();
        return message == null || message.isBlank() ? failure.getClass().getSimpleName() : message;
    }
}
