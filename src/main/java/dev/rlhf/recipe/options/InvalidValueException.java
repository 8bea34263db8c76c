package dev.rlhf.recipe.options;

/** A value that its option does not allow; {@link Binder} reports it at the value's place. */
final class InvalidValueException extends Exception {
    private static final long serialVersionUID = 1L;

    /** @param message what is wrong and, where it helps, what is allowed */
    InvalidValueException(String message) {
        super(message, null, false, false);
    }
}
