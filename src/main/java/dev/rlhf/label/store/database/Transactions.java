package dev.rlhf.label.store.database;

import java.nio.file.Path;
import java.util.function.Function;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jspecify.annotations.Nullable;

/**
 * The transactions of an open file. After a failed write the file is of no more use: what was committed, but not
 * written, is lost, and those who wait for it get an exception. Thread-safe; closed by {@link Database}.
 */
final class Transactions implements AutoCloseable {
    private final StoreFile file;
    private final Jdbi writing;
    private final Jdbi reading;
    private final GroupCommit commits;

    Transactions(StoreFile file) {
        this.file = file;
        this.writing = jdbi(file::connection);
        this.reading = jdbi(file::snapshots);
        this.commits = new GroupCommit(file::write);
    }

    private static Jdbi jdbi(ConnectionFactory connections) {
        return Jdbi.create(connections).registerArrayType(Integer.class, "integer");
    }

    /** Runs a write transaction exclusively; it is in the file when this method returns. */
    <T> T write(Function<Handle, T> work) {
        return commits.run(() -> file.transaction(() -> writing.inTransaction(work::apply)));
    }

    /** Runs queries on one snapshot. */
    <T> T read(Function<Handle, T> work) {
        return reading.inTransaction(work::apply);
    }

    /** Copies the current state of the file into a zip file. Others may read meanwhile; writes wait. */
    void backup(Path zip) {
        commits.betweenTransactions(() -> file.backup(zip));
    }

    /** Returns whether a write has failed. */
    boolean failed() {
        return file.failed();
    }

    /** Returns why a write has failed; null if none has, or nothing is known. */
    @Nullable
    Exception failure() {
        return file.failure();
    }

    @Override
    public void close() {
        file.close();
    }
}
