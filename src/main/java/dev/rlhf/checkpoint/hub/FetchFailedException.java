package dev.rlhf.checkpoint.hub;

import java.io.IOException;

/**
 * Thrown if a fetch fails for reasons other than the user's input. Partial downloads are kept; the message says what to
 * do.
 */
public final class FetchFailedException extends IOException {
    private static final long serialVersionUID = 1L;

    FetchFailedException(String message, Throwable cause) {
        super(message, cause);
    }

    FetchFailedException(String message) {
        super(message);
    }
}
