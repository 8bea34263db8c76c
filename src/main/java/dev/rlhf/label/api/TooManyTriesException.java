package dev.rlhf.label.api;

import java.time.Duration;

/** Somebody tried to sign in too often; the server says when the next try makes sense. */
public final class TooManyTriesException extends RefusedException {
    private static final long serialVersionUID = 1L;

    private final Duration wait;

    public TooManyTriesException(Duration wait) {
        super(Reason.TOO_MANY, "too many tries; wait " + words(wait) + " and try again");
        this.wait = wait;
    }

    /** How long nothing is let in; at least a second. */
    public Duration retryAfter() {
        return wait;
    }

    private static String words(Duration wait) {
        return wait.toSeconds() < 120 ? wait.toSeconds() + " seconds" : wait.toMinutes() + " minutes";
    }
}
