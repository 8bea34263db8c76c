package dev.rlhf.stage;

/**
 * Thrown if the run cannot continue until people have done something, such as ranking completions. This is not an
 * error: the same command continues afterwards. Exit code 0.
 */
public final class WaitingForPeopleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what people have to do, and where */
    public WaitingForPeopleException(String message) {
        super(message);
    }
}
