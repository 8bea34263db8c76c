package dev.rlhf.stage;

/** A run that has no result worth keeping: its numbers are not finite, say. Exit code 1, and no crash log. */
public final class FailedRunException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what failed, what was not written, and what to try */
    public FailedRunException(String message) {
        super(message);
    }

    /** The same of a failure that has a cause, for the stack trace of {@code --debug}. */
    public FailedRunException(String message, Throwable cause) {
        super(message, cause);
    }
}
