package dev.rlhf.label.store;

import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import dev.rlhf.label.api.StoreInUseException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import java.util.function.Function;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.exception.FlywayValidateException;
import org.h2.api.ErrorCode;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.jdbcx.JdbcConnectionPool;
import org.h2.mvstore.MVStore;
import org.jdbi.v3.core.ConnectionFactory;
import org.jdbi.v3.core.Handle;
import org.jdbi.v3.core.Jdbi;
import org.jdbi.v3.core.JdbiException;
import org.jspecify.annotations.Nullable;

/**
 * An open H2 file, migrated to the current schema. Reads run concurrently on snapshots. Writes run one at a time, each
 * in a transaction that is in the file when the method returns, so that a killed process loses none. Thread-safe;
 * closed by {@code LabelStore}.
 */
final class Database implements AutoCloseable {
    private static final String SUFFIX = ".mv.db";

    private final JdbcConnectionPool pool;
    private final JdbcConnectionPool readers;
    private final Jdbi jdbi;
    private final Jdbi reading;
    private final InstantSource clock;
    private final CommitLog commits;
    private final ReentrantLock writing = new ReentrantLock(true);

    private Database(JdbcConnectionPool pool, JdbcConnectionPool readers, Runnable writer, InstantSource clock) {
        this.pool = pool;
        this.readers = readers;
        this.jdbi = jdbi(pool::getConnection);
        this.reading = jdbi(() -> snapshots(readers.getConnection()));
        this.commits = new CommitLog(() -> betweenTransactions(writer));
        this.clock = clock;
    }

    /**
     * Writes or copies the file while no transaction writes. H2 takes the state of one table after the other, so the
     * file of a process killed afterwards, or the copy, could have a part of a transaction: the count of a label
     * without the label.
     */
    private void betweenTransactions(Runnable work) {
        writing.lock();
        try {
            work.run();
        } finally {
            writing.unlock();
        }
    }

    private static Jdbi jdbi(ConnectionFactory connections) {
        return Jdbi.create(connections).registerArrayType(Integer.class, "integer");
    }

    /** Lets a connection read one snapshot per transaction, once, because setting it takes two statements. */
    private static Connection snapshots(Connection connection) throws SQLException {
        if (connection.getTransactionIsolation() != Connection.TRANSACTION_REPEATABLE_READ) {
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
        }
        return connection;
    }

    /**
     * Opens the file, and creates it if it does not exist.
     *
     * @param file {@code NAME.mv.db}, or just {@code NAME}
     * @throws InputException if another process or another store of this process has it open, or it is not a label
     *     store, is damaged, or comes from a later version
     */
    static Database open(Path file, InstantSource clock) throws IOException {
        return open(file, clock, "");
    }

    /** Opens an existing file for reading only, without changing a byte. Its schema must be of this version. */
    static Database openReadOnly(Path file, InstantSource clock) throws IOException {
        return open(file, clock, ";ACCESS_MODE_DATA=r");
    }

    private static Database open(Path file, InstantSource clock, String mode) throws IOException {
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
                refuseOtherSchema(pool, path);
            } else {
                if (hasPendingMigrations(pool, path)) {
                    upgrade(pool, path);
                    pool.dispose();
                    pool = pool(path, mode);
                    refuseSecondOpener(pool, path);
                }
                migrate(pool, path); // nothing is left to do; checks that the schema is this version's
            }
            return new Database(pool, pool(path, mode), writer(pool), clock);
        } catch (IOException | RuntimeException e) {
            pool.dispose();
            throw e;
        }
    }

    private static JdbcConnectionPool pool(Path file, String mode) {
        String name = file.toAbsolutePath().normalize().toString();
        // WRITE_DELAY: milliseconds between H2's own writes, a day, because CommitLog writes what is committed at
        // once. With a delay of 0, H2 would write at the end of every read, too. QUERY_CACHE_SIZE: statements that a
        // connection parses once. TRACE_LEVEL_FILE 0: no NAME.trace.db beside the store; errors are thrown, and logged
        // by callers.
        JdbcConnectionPool pool = JdbcConnectionPool.create(
                "jdbc:h2:file:" + name.substring(0, name.length() - SUFFIX.length())
                        + ";WRITE_DELAY=86400000;QUERY_CACHE_SIZE=200"
                        + ";LOCK_TIMEOUT=10000;DB_CLOSE_ON_EXIT=FALSE;TRACE_LEVEL_FILE=0"
                        + mode,
                "rlhf",
                "");
        pool.setMaxConnections(16);
        return pool;
    }

    /**
     * Brings a new store, or one of an earlier version, up to date in a copy that then replaces the file: H2 commits
     * every statement of a migration, so a process that is killed, or a full disk, would leave a store between two
     * versions, which none can open. The caller has the store open, which keeps other processes out, and must open it
     * again.
     */
    private static void upgrade(JdbcConnectionPool pool, Path path) throws IOException {
        Path file = path.toRealPath(); // a link stays one
        Path zip = file.resolveSibling(file.getFileName() + ".upgrade.zip");
        Path copy = file.resolveSibling(file.getFileName() + ".upgrade" + SUFFIX);
        try {
            Files.deleteIfExists(copy); // of a killed process
            backup(Jdbi.create(pool), zip);
            Backups.unpack(zip, copy);
            JdbcConnectionPool migrated = pool(copy, "");
            try {
                migrate(migrated, path);
            } finally {
                migrated.dispose();
            }
            if (file.getFileSystem().supportedFileAttributeViews().contains("posix")) {
                Files.setPosixFilePermissions(copy, Files.getPosixFilePermissions(file));
            }
            AtomicFiles.writeFile(file, temporary -> Files.move(copy, temporary));
        } catch (JdbiException e) {
            refuseDiskTrouble(path, e);
            throw e;
        } finally {
            Files.deleteIfExists(zip);
            Files.deleteIfExists(copy);
        }
    }

    /** Returns the file that {@link #open} opens for a name with or without suffix. */
    static Path mvFile(Path file) {
        String name = String.valueOf(file.getFileName());
        return name.endsWith(SUFFIX) ? file : file.resolveSibling(name + SUFFIX);
    }

    /** Returns the current time of the store's clock, in UTC. */
    OffsetDateTime now() {
        return clock.instant().atOffset(ZoneOffset.UTC);
    }

    /** Returns a time that is not null. */
    static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    /** Returns a time, or null. */
    static @Nullable Instant instantOrNull(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    /** Returns a time as it is bound; null for null. */
    static @Nullable OffsetDateTime utc(@Nullable Instant time) {
        return time == null ? null : time.atOffset(ZoneOffset.UTC);
    }

    /** Runs a write transaction exclusively. Nested calls are not allowed. */
    <T> T write(Function<Handle, T> work) {
        T result;
        long commit;
        writing.lock();
        try {
            result = jdbi.inTransaction(work::apply);
            commit = commits.add();
        } finally {
            writing.unlock();
        }
        commits.await(commit);
        return result;
    }

    /** Runs a write transaction without a result, as {@link #write}. */
    void run(Consumer<Handle> work) {
        write(handle -> {
            work.accept(handle);
            return true;
        });
    }

    /** Runs queries on one snapshot. */
    <T> T read(Function<Handle, T> work) {
        return reading.inTransaction(work::apply);
    }

    /** Copies the current state of the file into a zip file. Others may read meanwhile; writes wait. */
    void backup(Path zip) {
        betweenTransactions(() -> backup(reading, zip));
    }

    private static void backup(Jdbi jdbi, Path zip) {
        jdbi.useHandle(handle -> handle.createUpdate("BACKUP TO :file")
                .bind("file", zip.toAbsolutePath().toString())
                .execute());
    }

    @Override
    public void close() {
        readers.dispose();
        pool.dispose();
    }

    /** Returns a task that writes everything committed so far to the file. */
    private static Runnable writer(JdbcConnectionPool pool) throws IOException {
        MVStore store;
        try (Connection connection = pool.getConnection()) {
            SessionLocal session =
                    (SessionLocal) connection.unwrap(JdbcConnection.class).getSession();
            store = session.getDatabase().getStore().getMvStore();
        } catch (SQLException e) {
            throw new IOException(e);
        }
        return () -> {
            store.commit();
            if (store.isClosed()) { // after a write failed in another thread, commit does nothing
                throw new IllegalStateException("the label store could not be written", store.getPanicException());
            }
        };
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
            throw openingFailed(path, e);
        }
    }

    private static RuntimeException openingFailed(Path path, SQLException e) {
        refuseDiskTrouble(path, e);
        return switch (e.getErrorCode()) {
            case ErrorCode.DATABASE_ALREADY_OPEN_1 ->
                new StoreInUseException(
                        path + ": in use by another process (rlhf label serve?); stop that one first", e);
            case ErrorCode.FILE_CORRUPTED_1,
                    ErrorCode.FILE_VERSION_ERROR_1,
                    ErrorCode.WRONG_USER_OR_PASSWORD,
                    ErrorCode.GENERAL_ERROR_1 ->
                new InputException(path + ": no label store, or a damaged one: " + firstLine(e), e);
            default -> new InputException(path + ": cannot be opened: " + firstLine(e), e);
        };
    }

    private static Flyway flyway(JdbcConnectionPool pool) {
        return Flyway.configure()
                .dataSource(pool)
                .locations("classpath:dev/rlhf/label/store/db")
                .loggers("slf4j")
                // By default, migrations of later versions are ignored; this version could not write rows for them.
                .ignoreMigrationPatterns(new String[0])
                .load();
    }

    private static void refuseOtherSchema(JdbcConnectionPool pool, Path path) {
        try {
            flyway(pool).validate();
        } catch (FlywayException e) {
            throw new InputException(
                    path
                            + ": written by an earlier version of rlhf, or a later one; an earlier one's is brought "
                            + "up to date by"
                            + " rlhf label serve or import",
                    e);
        }
    }

    private static boolean hasPendingMigrations(JdbcConnectionPool pool, Path path) {
        try {
            return flyway(pool).info().pending().length > 0;
        } catch (FlywayException e) {
            throw notMigrated(path, e);
        }
    }

    private static void migrate(JdbcConnectionPool pool, Path path) {
        try {
            flyway(pool).migrate();
        } catch (FlywayValidateException e) {
            throw new InputException(
                    path + ": its schema is not one of this version's; use the version of rlhf that wrote it", e);
        } catch (FlywayException e) {
            throw notMigrated(path, e);
        }
    }

    private static InputException notMigrated(Path path, FlywayException e) {
        refuseDiskTrouble(path, e);
        return new InputException(path + ": no label store, or a damaged one: " + firstLine(e), e);
    }

    /**
     * Throws if reading or writing failed, because the store is not damaged then: the disk may be full. Failures of
     * opening a file have types of their own.
     */
    private static void refuseDiskTrouble(Path path, Exception e) {
        for (Throwable cause = e; cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException disk && disk.getClass() == IOException.class) {
                throw new UncheckedIOException(path + ": " + disk.getMessage(), disk);
            }
        }
    }

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
