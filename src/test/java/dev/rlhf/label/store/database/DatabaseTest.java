package dev.rlhf.label.store.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.h2.engine.SessionLocal;
import org.h2.jdbc.JdbcConnection;
import org.h2.mvstore.MVStore;
import org.jdbi.v3.core.Handle;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nobody but the thread of a transaction writes the file while the transaction runs. */
class DatabaseTest {
    @TempDir
    Path folder;

    /** It stores the state of one table after the other, whoever is writing meanwhile. */
    @Test
    void h2HasNoThreadThatWritesTheFile() throws Exception {
        Path file = folder.resolve("labels");
        for (int i = 0; i < 2; i++) { // new, and of an earlier run
            try (Database database = Database.open(file, InstantSource.system())) {
                database.run(handle -> handle.execute("SELECT 1"));
                database.read(handle -> handle.execute("SELECT 1"));
                assertThat(Thread.getAllStackTraces().keySet())
                        .extracting(Thread::getName)
                        .noneMatch(
                                name -> name.startsWith("MVStore background writer") && name.contains(file.toString()));
            }
        }
    }

    /** Reads still work after a write failed, so monitoring has to ask. */
    @Test
    void aStoreThatCouldNotBeWrittenSaysSo() throws Exception {
        try (Database database = Database.open(folder.resolve("labels"), InstantSource.system())) {
            database.checkWritable();
            MVStore store = database.read(DatabaseTest::store);
            store.closeImmediately();
            assertThatThrownBy(database::checkWritable)
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessage("the label store could not be written");
        }
    }

    /** What the system has not yet written to the disk is lost with the power. */
    @Test
    void aTransactionIsOnTheDiskWhenItReturns() throws Exception {
        Path events = folder.resolve("events.jfr");
        try (Database database = Database.open(folder.resolve("labels"), InstantSource.system());
                Recording recording = new Recording()) {
            recording.enable("jdk.FileForce").withoutThreshold();
            recording.start();
            database.run(handle -> handle.execute("CREATE TABLE one (id INTEGER)"));
            recording.stop();
            recording.dump(events);
        }
        assertThat(RecordingFile.readAllEvents(events))
                .filteredOn(event -> event.getEventType().getName().equals("jdk.FileForce"))
                .anyMatch(event -> event.getString("path").endsWith("labels.mv.db"));
    }

    /** H2 takes the state of one table after the other, so a write during a transaction could store a part of it. */
    @Test
    void nothingIsWrittenDuringATransaction() throws Exception {
        try (Database database = Database.open(folder.resolve("labels"), InstantSource.system());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch inFirst = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            Future<?> first = threads.submit(() -> database.run(handle -> {
                inFirst.countDown();
                await(go);
            }));
            await(inFirst);
            AtomicBoolean written = new AtomicBoolean();
            Thread second = Thread.ofPlatform()
                    .start(() -> database.run(handle -> {
                        pause(300); // the first transaction is committed; without a lock it would be written in this
                        // time
                        written.set(first.isDone());
                    }));
            waits(second); // queued behind the first transaction
            go.countDown();
            second.join();
            first.get();
            assertThat(written).isFalse();
        }
    }

    /** Reading a long text changes H2's tables of texts; the reader would write the file when enough has changed. */
    @Test
    void aThreadThatReadsDoesNotWriteDuringATransaction() throws Exception {
        try (Database database = Database.open(folder.resolve("labels"), InstantSource.system());
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            database.run(handle -> {
                handle.execute("CREATE TABLE long_text (text CHARACTER LARGE OBJECT)");
                handle.execute("INSERT INTO long_text VALUES (?)", "x".repeat(1000));
            });
            MVStore store = database.read(DatabaseTest::store);
            long before = store.getCurrentVersion();
            database.run(handle -> {
                handle.execute("INSERT INTO long_text VALUES ('of the transaction')");
                join(threads.submit(() -> {
                    int limit = store.getAutoCommitMemory() + (1 << 20);
                    while (store.getCurrentVersion() == before && store.getUnsavedMemory() < limit) {
                        database.read(reading ->
                                reading.execute("SELECT text FROM long_text CROSS JOIN SYSTEM_RANGE(1, 1000)"));
                    }
                }));
                assertThat(store.getCurrentVersion()).as("number of writes").isEqualTo(before);
                for (int i = 0; i < 10; i++) {
                    handle.execute("INSERT INTO long_text VALUES (?)", "y".repeat(1000));
                }
                assertThat(store.getCurrentVersion())
                        .as("number of writes, after the transaction's own")
                        .isGreaterThan(before);
            });
        }
    }

    private static MVStore store(Handle handle) {
        try {
            JdbcConnection connection = handle.getConnection().unwrap(JdbcConnection.class);
            return ((SessionLocal) connection.getSession())
                    .getDatabase()
                    .getStore()
                    .getMvStore();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void join(Future<?> future) {
        try {
            future.get();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static void await(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void waits(Thread thread) {
        while (thread.getState() != Thread.State.WAITING) {
            Thread.onSpinWait();
        }
    }

    private static void pause(long milliseconds) {
        try {
            Thread.sleep(milliseconds);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }
}
