package dev.rlhf.label.api;

import dev.rlhf.base.InputException;

/** Thrown if another process, usually {@code rlhf label serve}, has the store open. */
public final class StoreInUseException extends InputException {
    private static final long serialVersionUID = 1L;

    public StoreInUseException(String message, Throwable cause) {
        super(message, cause);
    }
}
