package dev.rlhf.label.store.database;

import dev.rlhf.base.InputException;
import dev.rlhf.label.api.StoreFailedException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.Handle;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An open label store. Reads run concurrently on snapshots. Writes run one at a time, each in a transaction that is in
 * the file when the method returns, so that a killed process loses none. If a write fails, usually because the disk is
 * full, nothing is read or written until the file could be opened again; every call tries that. Thread-safe; closed by
 * the caller.
 */
public final class Database implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Database.class);

    private final Path path;
    private final InstantSource clock;
    /** Held exclusively while the file is opened again or closed, and shared by all who use it. */
    private final ReentrantReadWriteLock use = new ReentrantReadWriteLock();

    private volatile Transactions open;
    // Both are changed under the exclusive lock.
    private boolean closed;
    private String reported = "";

    private Database(Path path, StoreFile file, InstantSource clock) {
        this.path = path;
        this.open = new Transactions(file);
        this.clock = clock;
    }

    /**
     * Opens the file, and creates it if it does not exist.
     *
     * @throws InputException as {@link StoreFile#open} does
     */
    public static Database open(Path file, InstantSource clock) throws IOException {
        return new Database(file, StoreFile.open(file), clock);
    }

    /**
     * Opens an existing file for reading only, without changing a byte. Its schema must be of this version.
     *
     * @throws InputException as {@link #open} does, or if the file does not exist
     */
    public static Database openReadOnly(Path file, InstantSource clock) throws IOException {
        requireExisting(file);
        return new Database(file, StoreFile.openReadOnly(file), clock);
    }

    /**
     * Checks that there is a store to open.
     *
     * @throws InputException if there is none
     */
    public static void requireExisting(Path file) {
        Path path = StoreFile.mvFile(file);
        if (!Files.exists(path)) {
            throw InputException.at(path, "no such label store; make one with rlhf label init or import");
        }
    }

    /** Returns the current time of the store's clock, in UTC. */
    public OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }

    /**
     * Runs a write transaction exclusively. Nested calls are not allowed.
     *
     * @throws StoreFailedException if the file cannot be written
     */
    public <T> T write(Function<Handle, T> work) {
        return using(transactions -> transactions.write(work));
    }

    /** Runs a write transaction without a result, as {@link #write}. */
    public void run(Consumer<Handle> work) {
        write(handle -> {
            work.accept(handle);
            return true;
        });
    }

    /**
     * Runs queries on one snapshot.
     *
     * @throws StoreFailedException if the file could not be written, and still cannot be
     */
    public <T> T read(Function<Handle, T> work) {
        return using(transactions -> transactions.read(work));
    }

    /** Copies the current state of the file into a zip file. Others may read meanwhile; writes wait. */
    void backup(Path zip) {
        using(transactions -> {
            transactions.backup(zip);
            return true;
        });
    }

    @Override
    public void close() {
        use.writeLock().lock();
        try {
            closed = true;
            open.close();
        } finally {
            use.writeLock().unlock();
        }
    }

    private <T> T using(Function<Transactions, T> action) {
        if (open.failed() && use.getReadHoldCount() == 0) {
            reopen();
        }
        use.readLock().lock();
        try {
            return action.apply(open);
        } catch (RuntimeException e) {
            // Whatever it is: what has been read may be what could not be written.
            throw open.failed() && !closed ? new StoreFailedException(e) : e;
        } finally {
            use.readLock().unlock();
        }
    }

    /**
     * Opens the file again after a failed write.
     *
     * @throws StoreFailedException if that is not possible yet
     */
    private void reopen() {
        use.writeLock().lock();
        try {
            if (closed || !open.failed()) {
                return;
            }
            if (reported.isEmpty()) {
                report("a write to the label store failed; it will be opened again when there is room", open.failure());
            }
            open.close();
            open = new Transactions(StoreFile.reopen(path));
            reported = "";
            LOG.warn("{}: open again; all that was acknowledged is there", path);
        } catch (IOException | RuntimeException e) {
            report("the label store cannot be opened again yet", e);
            throw new StoreFailedException(e);
        } finally {
            use.writeLock().unlock();
        }
    }

    /** Logs a problem with its innermost cause, unless it is the one that was logged before. */
    private void report(String what, @Nullable Throwable why) {
        Throwable cause = why;
        while (cause != null && cause.getCause() != null) {
            cause = cause.getCause();
        }
        String line = what + ": " + (cause == null ? "unknown" : cause.getMessage());
        if (!line.equals(reported)) {
            reported = line;
            LOG.error("{}: {}", path, line);
        }
    }
}
