package dev.rlhf.inference;

import dev.rlhf.base.InputException;
import dev.rlhf.base.OutputFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The output file of a batch tool, written atomically at the end. */
public final class RowsFile {
    private RowsFile() {}

    /** Checks, before a long computation, that {@code output} can be written and is not the input. */
    public static void check(@Nullable Path input, Path output) throws IOException {
        OutputFile.check(output);
        if (input != null && Files.exists(output) && Files.isSameFile(input, output)) {
            throw InputException.at(output, "input and output are the same file; give another output");
        }
    }
}
