package dev.rlhf.checkpoint.hub;

import java.io.IOException;

/** A fetch could not be finished, for no fault of the user's; what has come is kept. The message says what to do. */
public final class FetchFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    FetchFailedException(String message, Throwable cause) {
        super(message, cause);
    }

    FetchFailedException(String message) {
        super(message);
    }
}
