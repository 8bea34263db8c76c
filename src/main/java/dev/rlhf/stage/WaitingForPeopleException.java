package dev.rlhf.stage;

/**
 * The run can only go on once people have done their part, such as ranking completions; nothing is wrong. The same command
 * goes on from there. Exit code 0.
 */
public final class WaitingForPeopleException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what people have to do and where */
    public WaitingForPeopleException(String message) {
        super(message);
    }
}
