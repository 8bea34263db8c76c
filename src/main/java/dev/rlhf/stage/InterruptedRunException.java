package dev.rlhf.stage;

/** Thrown if the user interrupted the run. Its state is saved, and the same command resumes it. Exit code 130. */
public final class InterruptedRunException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** @param message what was saved and where, and how to resume */
    public InterruptedRunException(String message) {
        super(message);
    }
}
