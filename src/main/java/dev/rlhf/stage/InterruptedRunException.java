package dev.rlhf.stage;

/** The user interrupted the run; its state is saved and the same command resumes it. Exit code 130. */
public final class InterruptedRunException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what was saved and where, and how to resume */
    public InterruptedRunException(String message) {
        super(message);
    }
}
