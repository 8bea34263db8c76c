package dev.rlhf.label.api;

import java.time.Duration;

/** Thrown after too many attempts to sign in, with the time until the next attempt. */
public final class TooManyTriesException extends RefusedException {
    private static final long serialVersionUID = 1L;

    private final Duration wait;

    public TooManyTriesException(Duration wait) {
        super(Reason.TOO_MANY, "too many tries; wait " + words(wait) + " and try again");
        this.wait = wait;
    }

    /** Returns the time until the next attempt is allowed; at least a second. */
    public Duration retryAfter() {
        return wait;
    }

    private static String words(Duration wait) {
        return wait.toSeconds() < 120 ? wait.toSeconds() + " seconds" : wait.toMinutes() + " minutes";
    }
}
