package dev.rlhf.base;

/**
 * Thrown if a run cannot continue or has no useful result, for example because its numbers are not finite or it runs
 * out of memory. The message is one line; the exit code is 1, and no crash log is written.
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
