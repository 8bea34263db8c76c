package dev.rlhf.base;

/**
 * A run that cannot continue or has no result worth keeping: its numbers are not finite, say, or it needs more memory
 * than there is. The message is one line; exit code 1, and no crash log.
 */
public final class FailedRunException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what failed, what was not written, and what to try */
    public FailedRunException(String message) {
        super(message);
    }

    /**
     * @param message what failed, what was not written, and what to try
     * @param cause shown by {@code --debug}
     */
    public FailedRunException(String message, Throwable cause) {
        super(message, cause);
    }
}
