package dev.rlhf.data;

import dev.rlhf.base.InputException;
import java.nio.file.Path;

/** Where a row came from, kept beside what was read from it. */
public record Origin(Path path, long line) {
    /** What to throw when the row turns out to be wrong. */
    public InputException error(String what) {
        return InputException.at(path, line, what);
    }
}
