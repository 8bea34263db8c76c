package dev.rlhf.label.store.database;

import dev.rlhf.base.InputException;
import dev.rlhf.label.api.StoreInUseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.sql.SQLException;
import org.flywaydb.core.api.FlywayException;
import org.h2.api.ErrorCode;

/** Turns the exceptions of H2 and Flyway for a store that cannot be opened into one line for the user. */
final class OpeningFailures {
    private OpeningFailures() {}

    /**
     * Returns the exception to throw for a failure of H2.
     *
     * @throws UncheckedIOException if the disk is the reason
     */
    static RuntimeException of(Path path, SQLException e) {
        refuseDiskFailure(path, e);
        return switch (e.getErrorCode()) {
            case ErrorCode.DATABASE_ALREADY_OPEN_1 ->
                new StoreInUseException(
                        path + ": in use by another process (rlhf label serve?); stop that one first", e);
            case ErrorCode.FILE_CORRUPTED_1,
                    ErrorCode.FILE_VERSION_ERROR_1,
                    ErrorCode.WRONG_USER_OR_PASSWORD,
                    ErrorCode.GENERAL_ERROR_1 -> noStore(path, e);
            default -> new InputException(path + ": cannot be opened: " + firstLine(e), e);
        };
    }

    /**
     * Returns what to throw for a failed migration.
     *
     * @throws UncheckedIOException if the disk is the reason
     */
    static InputException of(Path path, FlywayException e) {
        refuseDiskFailure(path, e);
        return noStore(path, e);
    }

    /**
     * Throws if reading or writing failed, because the store is not damaged then: the disk may be full. Failures of
     * opening a file have types of their own.
     */
    static void refuseDiskFailure(Path path, Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException disk && disk.getClass() == IOException.class) {
                throw new UncheckedIOException(path + ": " + disk.getMessage(), disk);
            }
        }
    }

    private static InputException noStore(Path path, Exception e) {
        return new InputException(path + ": no label store, or a damaged one: " + firstLine(e), e);
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
