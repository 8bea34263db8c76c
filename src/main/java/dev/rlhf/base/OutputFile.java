package dev.rlhf.base;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Checks output files before the work that they are to hold. */
public final class OutputFile {
    private OutputFile() {}

    /**
     * Creates the folder of {@code file}, and checks that the file can be written there.
     *
     * @throws InputException if it cannot
     */
    public static void check(Path file) {
        if (Files.isDirectory(file)) {
            throw InputException.at(file, "a folder; the output must be a file");
        }
        Path folder = file.toAbsolutePath().getParent();
        if (folder == null) {
            throw InputException.at(file, "not a file name");
        }
        try {
            Files.createDirectories(folder);
        } catch (IOException e) {
            throw new InputException(
                    file + ": its folder " + folder + " cannot be created" + reason(folder) + "; give another output",
                    e);
        }
        if (!Files.isWritable(folder)) {
            throw InputException.at(folder, "cannot be written to; give another output");
        }
    }

    /** Returns which part of the path is a file, if one is. */
    private static String reason(Path folder) {
        for (Path part = folder; part != null; part = part.getParent()) {
            if (Files.exists(part)) {
                return Files.isDirectory(part) ? "" : ": " + part + " is a file";
            }
        }
        return "";
    }
}
