package dev.rlhf.stage;

/** The user stopped the run; its state is saved and the same command goes on from there. Exit code 130. */
public final class InterruptedRunException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what was saved and where, and how to go on */
    public InterruptedRunException(String message) {
        super(message);
    }
}
