package dev.rlhf.base;

import java.nio.file.Path;

/**
 * Thrown if the user's input is wrong: a recipe, a data file, an option or a checkpoint. The message is one line that
 * says where, what is wrong and what to do. The command line prints only the message and exits with code 2.
 */
public class InputException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InputException(String message) {
        super(message);
    }

    public InputException(String message, Throwable cause) {
        super(message, cause);
    }

    /** Returns an exception with the message {@code path:line: what}, which editors and CI logs turn into a link. */
    public static InputException at(Path path, long line, String what) {
        return new InputException(path + ":" + line + ": " + what);
    }

    /** Returns an exception with the message {@code path: what}. */
    public static InputException at(Path path, String what) {
        return new InputException(path + ": " + what);
    }
}
