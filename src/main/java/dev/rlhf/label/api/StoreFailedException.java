package dev.rlhf.label.api;

/**
 * Thrown as long as the store cannot be written, usually because the disk is full. Nothing of the request that gets it
 * is acknowledged; the same request succeeds when there is room again.
 */
public final class StoreFailedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public StoreFailedException(Throwable cause) {
        super("the label store cannot be written now; is the disk full?", cause);
    }
}
