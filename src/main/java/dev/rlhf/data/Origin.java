package dev.rlhf.data;

import dev.rlhf.base.InputException;
import java.nio.file.Path;

/** The file of a row, and its line, from 1. */
public record Origin(Path path, long line) {
    /** Returns an error about the row, to be thrown by the caller. */
    public InputException error(String what) {
        return InputException.at(path, line, what);
    }
}
