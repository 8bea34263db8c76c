package dev.rlhf.base;

import java.nio.file.Path;

/**
 * The user's input is wrong: a recipe, a data file, an option, a checkpoint. The message is one line that says where,
 * what is wrong and what to do; the command line prints it alone and exits with 2, without a stack trace.
 */
public final class InputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InputException(String message) {
        super(message);
    }

    public InputException(String message, Throwable cause) {
        super(message, cause);
    }

    /** {@code path:line: what} — the form editors and CI logs turn into links. */
    public static InputException at(Path path, long line, String what) {
        return new InputException(path + ":" + line + ": " + what);
    }

    /** {@code path: what}. */
    public static InputException at(Path path, String what) {
        return new InputException(path + ": " + what);
    }
}
