package dev.rlhf.label.store.database;

import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.READ;
import static java.nio.file.StandardOpenOption.WRITE;

import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Objects;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.Lock;
import java.util.function.Supplier;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.mvstore.MVStore;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * The H2 file of a label store, open and of the current schema. Opening it migrates a store of an earlier version.
 * Thread-safe; closed by {@code Database}.
 */
final class StoreFile implements AutoCloseable {
    private static final String SUFFIX = ".mv.db";
    /** Bytes that must be free before a file is opened again that could not be written. */
    private static final int ROOM = 4 << 20;

    private final JdbcConnectionPool writers;
    private final JdbcConnectionPool readers;
    private final MVStore store;
    private final Lock writing;
    private volatile @Nullable RuntimeException failure;

    private StoreFile(JdbcConnectionPool writers, JdbcConnectionPool readers, MVStore store) {
        this.writers = writers;
        this.readers = readers;
        this.store = store;
        this.writing = lockOfWriters(store);
    }

    /** Returns the lock that a thread holds while it writes the file; H2 shows it to nobody. */
    private static Lock lockOfWriters(MVStore store) {
        try {
            Field field = MVStore.class.getDeclaredField("storeLock");
            field.setAccessible(true);
            return (Lock) Objects.requireNonNull(field.get(store));
        } catch (ReflectiveOperationException e) {
            throw new IllegalStateException("another version of H2 than this program's", e);
        }
    }

    /**
     * Opens the file, and creates it if it does not exist.
     *
     * @param file {@code NAME.mv.db}, or just {@code NAME}
     * @throws InputException if another process or another store of this process has it open, or it is not a label
     *     store, is damaged, or comes from a later version
     */
    static StoreFile open(Path file) throws IOException {
        return open(file, "");
    }

    /** Opens an existing file for reading only, without changing a byte. Its schema must be of this version. */
    static StoreFile openReadOnly(Path file) throws IOException {
        return open(file, ";ACCESS_MODE_DATA=r");
    }

    /**
     * Opens an existing file again, after it could not be written and was closed, if there is room. Its bytes are
     * written once more before: the system may have dropped some that it could not write to the disk, and say so only
     * once.
     *
     * @throws IOException if the disk is still full
     */
    static StoreFile reopen(Path file) throws IOException {
        Path path = mvFile(file);
        Database.requireExisting(path);
        requireRoom(path.resolveSibling(path.getFileName() + ".room"));
        rewrite(path);
        return open(path);
    }

    private static void requireRoom(Path trial) throws IOException {
        byte[] bytes = new byte[ROOM];
        ThreadLocalRandom.current().nextBytes(bytes); // which no file system compresses
        try (FileChannel channel = FileChannel.open(trial, CREATE, WRITE)) {
            writeFully(channel, ByteBuffer.wrap(bytes));
            channel.force(true);
        } finally {
            Files.deleteIfExists(trial);
        }
    }

    private static void rewrite(Path path) throws IOException {
        try (FileChannel channel = FileChannel.open(path, READ, WRITE);
                FileLock lock = channel.tryLock()) {
            if (lock == null) {
                throw new IOException(path + ": in use by another process");
            }
            ByteBuffer buffer = ByteBuffer.allocate(ROOM);
            for (long at = 0; channel.read(buffer.clear(), at) > 0; at += buffer.limit()) {
                channel.position(at);
                writeFully(channel, buffer.flip());
            }
            channel.force(true);
        }
    }

    private static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    private static StoreFile open(Path file, String mode) throws IOException {
        Path path = mvFile(file);
        String name = path.toAbsolutePath().normalize().toString();
        if (name.contains(";")) {
            throw InputException.at(path, "a label store's path has no semicolon");
        }
        Path folder = path.toAbsolutePath().getParent();
        if (folder != null) {
            Files.createDirectories(folder);
        }
        JdbcConnectionPool pool = pool(path, mode);
        try {
            refuseSecondOpener(pool, path);
            if (!mode.isEmpty()) {
                Schema.refuseOther(pool, path);
            } else {
                if (Schema.isOlder(pool, path)) {
                    upgrade(pool, path);
                    pool.dispose();
                    pool = pool(path, mode);
                    refuseSecondOpener(pool, path);
                }
                Schema.migrate(pool, path); // nothing is left to do; checks that the schema is this version's
            }
            MVStore store = withoutBackgroundWriter(pool);
            if (mode.isEmpty()) {
                OrderedFile.use(store);
            }
            return new StoreFile(pool, pool(path, mode), store);
        } catch (IOException | RuntimeException e) {
            pool.dispose();
            throw e;
        }
    }

    /** Returns the file that {@link #open} opens for a name with or without suffix. */
    static Path mvFile(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(SUFFIX) ? file : file.resolveSibling(name + SUFFIX);
    }

    /** Returns a connection for writing. */
    Connection connection() throws SQLException {
        return writers.getConnection();
    }

    /** Returns a connection that reads one snapshot per transaction. */
    Connection snapshots() throws SQLException {
        Connection connection = readers.getConnection();
        // once per connection, because setting it takes two statements
        if (connection.getTransactionIsolation() != Connection.TRANSACTION_REPEATABLE_READ) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        }
        return connection;
    }

    /**
     * Runs a transaction; meanwhile no other thread writes the file. H2 writes a part of a transaction that has changed
     * more than some 19 MB to the file, and undoes it when it opens the file after a kill. That works only if the
     * transaction's own thread writes. H2 would also let a reading thread write, since reading a long text changes a
     * table of H2; it would then store one table after the other while the transaction is still running.
     */
    <T> T transaction(Supplier<T> work) {
        writing.lock();
        try {
            return work.get();
        } finally {
            writing.unlock();
        }
    }

    /**
     * Writes everything committed so far to the file, and the file to the disk, so that it survives a power failure.
     * No transaction may be open meanwhile. After a failure, the file has to be opened again.
     */
    void write() {
        try {
            requireWritten();
            store.commit(); // does nothing after a write failed
            requireWritten();
            store.sync();
        } catch (RuntimeException e) {
            failure = e;
            throw e;
        }
    }

    private void requireWritten() {
        if (failed()) {
            throw new IllegalStateException("the label store could not be written", failure());
        }
    }

    /** Returns whether a write has failed: from then on, H2 writes nothing until the file is opened again. */
    boolean failed() {
        return failure != null || store.getPanicException() != null || store.isClosed();
    }

    /** Returns why a write failed; null if none has, or H2 does not tell. */
    @Nullable
    Exception failure() {
        return failure != null ? failure : store.getPanicException();
    }

    /** Copies the current state of the file into a zip file. No transaction may be open meanwhile. */
    void backup(Path zip) {
        backup(Jdbi.create(this::snapshots), zip);
    }

    private static void backup(Jdbi jdbi, Path zip) {
        jdbi.useHandle(handle -> handle.createUpdate("BACKUP TO :file")
                .bind("file", zip.toAbsolutePath().toString())
                .execute());
    }

    @Override
    public void close() {
        readers.dispose();
        writers.dispose();
    }

    private static JdbcConnectionPool pool(Path file, String mode) {
        String name = file.toAbsolutePath().normalize().toString();
        // QUERY_CACHE_SIZE: statements that a connection parses once. TRACE_LEVEL_FILE 0: no NAME.trace.db beside the
        // store; errors are thrown, and logged by callers. No WRITE_DELAY, which every connection would set again.
        JdbcConnectionPool pool = JdbcConnectionPool.create(
                "jdbc:h2:file:" + name.substring(0, name.length() - SUFFIX.length()) + ";QUERY_CACHE_SIZE=200"
                        + ";LOCK_TIMEOUT=10000;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0"
                        + mode,
                "rlhf",
                "");
        pool.setMaxConnections(16);
        return pool;
    }

    /**
     * Stops H2's thread that writes and compacts the file, and returns the store beneath the tables. That thread stores
     * the state of one table after the other, so it could write a part of a transaction that is running. A delay of 0
     * stops it, too, but then H2 writes at the end of every read.
     */
    private static MVStore withoutBackgroundWriter(JdbcConnectionPool pool) throws IOException {
        try (Connection connection = pool.getConnection()) {
            SessionLocal session =
                    (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
            MVStore store = session.getDatabase().getStore().getMvStore();
            store.setAutoCommitDelay(0); // waits for the thread
            store.setAutoCommitDelay(-1);
            return store;
        } catch (SQLException e) {
            throw new IOException(e);
        }
    }

    /**
     * Brings a new store, or one of an earlier version, up to date in a copy that then replaces the file: H2 commits
     * every statement of a migration, so a process that is killed, or a full disk, would leave a store between two
     * versions, which no version can open. The caller has the store open, which keeps other processes out, and must
     * open it again.
     */
    private static void upgrade(JdbcConnectionPool pool, Path path) throws IOException {
        Path file = path.toRealPath(); // a link stays one
        Path zip = file.resolveSibling(file.getFileName() + ".upgrade.zip");
        Path copy = file.resolveSibling(file.getFileName() + ".upgrade" + SUFFIX);
        try {
            Files.deleteIfExists(copy); // of a killed process
            backup(Jdbi.create(pool), zip);
            BackupZip.unpack(zip, copy);
            JdbcConnectionPool migrated = pool(copy, "");
            try {
                Schema.migrate(migrated, path);
            } finally {
                migrated.dispose();
            }
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(copy, Files.getPosixFilePermissions(file));
            }
            AtomicFiles.writeFile(file, temporary -> Files.move(copy, temporary));
        } catch (JdbiException e) {
            OpeningFailures.refuseDiskFailure(path, e);
            throw e;
        } finally {
            Files.deleteIfExists(zip);
            Files.deleteIfExists(copy);
        }
    }

    /** H2 lets a process open its file twice, but the task queue relies on a single writer. */
    private static void refuseSecondOpener(JdbcConnectionPool pool, Path path) {
        // The pool opens the file with its first connection, so this is where opening fails.
        try (Connection connection = pool.getConnection();
                Statement statement = connection.createStatement();
                ResultSet sessions = statement.executeQuery("SELECT COUNT(*) FROM information_schema.sessions")) {
            sessions.next();
            if (sessions.getInt(1) > 1) {
                throw InputException.at(path, "is already open in this program");
            }
        } catch (SQLException e) {
            throw OpeningFailures.of(path, e);
        }
    }
}
