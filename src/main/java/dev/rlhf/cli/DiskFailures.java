package dev.rlhf.cli;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Describes failures of the disk in a line with a remedy, which replaces the stack trace. */
final class DiskFailures {
    private DiskFailures() {}

    /**
     * Describes the problem and what to do; empty if the disk was not the cause.
     *
     * @param resumes whether the command continues from a saved state when it is run again
     */
    static Optional<String> of(Throwable failure, boolean resumes) {
        List<Throwable> innermostFirst = new ArrayList<>(); // outer ones may quote the message without the file
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            innermostFirst.addFirst(cause);
        }
        for (Throwable cause : innermostFirst) {
            String message = String.valueOf(cause.getMessage());
            String file = cause instanceof FileSystemException of ? of.getFile() : null;
            if (message.contains("No space left on device") || message.contains("Disk quota exceeded")) {
                return Optional.of("the disk is full" + at(file)
                        + "; free some space and run the same command again"
                        + (resumes ? ": it resumes from the last saved state, if there is one" : ""));
            }
            if (message.contains("File too large")) {
                return Optional.of("a file grew larger than this process may write" + at(file)
                        + "; raise the limit (ulimit -f) and run the same command again");
            }
            if (cause instanceof AccessDeniedException) {
                return Optional.of(
                        "permission denied" + at(file) + "; change the permissions and run the same command again");
            }
            if (message.contains("Read-only file system")) {
                return Optional.of("the file system is read-only" + at(file) + "; give a path that can be written to");
            }
        }
        return Optional.empty();
    }

    private static String at(@Nullable String file) {
        return file == null ? "" : ": " + file;
    }
}
