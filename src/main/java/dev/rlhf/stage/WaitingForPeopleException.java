package dev.rlhf.stage;

/**
 * The run cannot continue until people have done their part, such as ranking completions; nothing is wrong. The same
 * command continues after that. Exit code 0.
 */
public final class WaitingForPeopleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what people have to do, and where */
    public WaitingForPeopleException(String message) {
        super(message);
    }
}
