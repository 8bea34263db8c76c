package dev.rlhf.label.store.database;

import dev.rlhf.base.InputException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;

/**
 * The transactions of an open label store. Reads run concurrently on snapshots. Writes run one at a time, each in a
 * transaction that is in the file when the method returns, so that a killed process loses none. Thread-safe; closed by
 * the caller.
 */
public final class Database implements AutoCloseable {
    private final StoreFile file;
    private final Jdbi writing;
    private final Jdbi reading;
    private final InstantSource clock;
    private final GroupCommit commits;

    private Database(StoreFile file, InstantSource clock) {
        this.file = file;
        this.writing = jdbi(file::connection);
        this.reading = jdbi(file::snapshots);
        this.commits = new GroupCommit(file::write);
        this.clock = clock;
    }

    private static Jdbi jdbi(ConnectionFactory connections) {
        return Jdbi.create(connections).registerArrayType(Integer.class, "integer");
    }

    /**
     * Opens the file, and creates it if it does not exist.
     *
     * @throws InputException as {@link StoreFile#open} does
     */
    public static Database open(Path file, InstantSource clock) throws IOException {
        return new Database(StoreFile.open(file), clock);
    }

    /**
     * Opens an existing file for reading only, without changing a byte. Its schema must be of this version.
     *
     * @throws InputException as {@link #open} does, or if the file does not exist
     */
    public static Database openReadOnly(Path file, InstantSource clock) throws IOException {
        requireExisting(file);
        return new Database(StoreFile.openReadOnly(file), clock);
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

    /** Runs a write transaction exclusively. Nested calls are not allowed. */
    public <T> T write(Function<Handle, T> work) {
        return commits.run(() -> file.transaction(() -> writing.inTransaction(work::apply)));
    }

    /** Runs a write transaction without a result, as {@link #write}. */
    public void run(Consumer<Handle> work) {
        write(handle -> {
            work.accept(handle);
            return true;
        });
    }

    /** Runs queries on one snapshot. */
    public <T> T read(Function<Handle, T> work) {
        return reading.inTransaction(work::apply);
    }

    /** Throws if a write has failed, after which the file has to be opened again. */
    public void checkWritable() {
        file.checkWritable();
    }

    /** Copies the current state of the file into a zip file. Others may read meanwhile; writes wait. */
    void backup(Path zip) {
        commits.betweenTransactions(() -> file.backup(zip));
    }

    @Override
    public void close() {
        file.close();
    }
}
