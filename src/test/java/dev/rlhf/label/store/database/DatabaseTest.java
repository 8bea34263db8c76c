package dev.rlhf.label.store.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.rlhf.label.api.StoreFailedException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import jdk.jfr.Recording;
import jdk.jfr.consumer.RecordingFile;
import org.h2.mvstore.MVStore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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

    @ParameterizedTest
    @ValueSource(strings = {"write", "force"})
    void afterAFullDiskTheFileIsOpenedAgainWhenThereIsRoom(String failing) throws Exception {
        Path file = folder.resolve("labels");
        Path full = folder.resolve("labels.mv.db.room/full");
        try (Database database = filled(file)) {
            Files.createDirectories(full); // no room can be found where this folder is
            failing(database, failing);
            for (int i = 0; i < 2; i++) {
                assertThatThrownBy(() -> insert(database, 2)).isInstanceOf(StoreFailedException.class);
                assertThatThrownBy(() -> numbers(database)).isInstanceOf(StoreFailedException.class);
            }
            Files.delete(full);
            Files.delete(full.getParent());
            assertThat(numbers(database)).startsWith(1).doesNotContain(3);
            insert(database, 3);
        }
        try (Database database = Database.open(file, InstantSource.system())) {
            assertThat(numbers(database)).startsWith(1).endsWith(3);
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files).containsExactly(StoreFile.mvFile(file));
        }
    }

    /** The system may have dropped what it could not write to the disk; it reports that once. */
    @Test
    void afterAFailureTheWholeFileIsWrittenToTheDiskAgain() throws Exception {
        Path events = folder.resolve("events.jfr");
        Path file = StoreFile.mvFile(folder.resolve("labels"));
        try (Database database = filled(file);
                Recording recording = new Recording()) {
            failing(database, "force");
            assertThatThrownBy(() -> insert(database, 2)).isInstanceOf(StoreFailedException.class);
            long size = Files.size(file);
            recording.enable("jdk.FileWrite").withoutThreshold();
            recording.start();
            numbers(database);
            recording.stop();
            recording.dump(events);
            assertThat(RecordingFile.readAllEvents(events).stream()
                            .filter(event -> event.getEventType().getName().equals("jdk.FileWrite")
                                    && String.valueOf(event.getString("path")).endsWith("labels.mv.db"))
                            .mapToLong(event -> event.getLong("bytesWritten"))
                            .max()
                            .orElse(0))
                    .isGreaterThanOrEqualTo(size);
        }
    }

    /** The first transaction waits for a write by the second, which fails; the file that is then opened lacks both. */
    @Test
    void nobodyIsToldThatALostTransactionIsStored() throws Exception {
        try (Database database = filled(folder.resolve("labels"));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            CountDownLatch inFirst = new CountDownLatch(1);
            CountDownLatch go = new CountDownLatch(1);
            Future<?> first = threads.submit(() -> database.run(handle -> {
                inFirst.countDown();
                await(go);
                handle.execute("INSERT INTO one VALUES (2)");
            }));
            await(inFirst);
            FutureTask<Boolean> second = new FutureTask<>(() -> database.write(handle -> {
                OpenFile.store(handle).closeImmediately();
                return handle.execute("INSERT INTO one VALUES (3)") == 1;
            }));
            waits(Thread.ofPlatform().start(second)); // queued behind the first transaction
            go.countDown();
            for (Future<?> lost : List.of(first, second)) {
                assertThatThrownBy(lost::get).hasCauseInstanceOf(StoreFailedException.class);
            }
            assertThat(numbers(database)).containsExactly(1);
        }
    }

    @Test
    void aClosedStoreStaysClosed() throws Exception {
        Path file = folder.resolve("labels");
        Database closed = filled(file);
        closed.close();
        assertThatThrownBy(() -> numbers(closed)).isNotInstanceOf(StoreFailedException.class);
        Database.open(file, InstantSource.system()).close(); // nobody has it open
    }

    private static Database filled(Path file) throws IOException {
        Database database = Database.open(file, InstantSource.system());
        database.run(handle -> handle.execute("CREATE TABLE one (id INTEGER)"));
        insert(database, 1);
        return database;
    }

    private static void insert(Database database, int number) {
        database.run(handle -> handle.execute("INSERT INTO one VALUES (?)", number));
    }

    private static List<Integer> numbers(Database database) {
        return database.read(handle -> handle.createQuery("SELECT id FROM one ORDER BY id")
                .mapTo(Integer.class)
                .list());
    }

    /** Lets calls of a method on the open file fail as on a full disk. */
    private static void failing(Database database, String method) throws ReflectiveOperationException {
        OpenFile.replace(database, file -> new FullDisk(file, method));
    }

    /** A file on a full disk. */
    private static final class FullDisk extends OpenFile {
        private final String failing;

        FullDisk(FileChannel file, String failing) {
            super(file);
            this.failing = failing;
        }

        @Override
        public int write(ByteBuffer bytes, long position) throws IOException {
            failIf("write");
            return super.write(bytes, position);
        }

        @Override
        public void force(boolean metaData) throws IOException {
            failIf("force");
            super.force(metaData);
        }

        private void failIf(String method) throws IOException {
            if (method.equals(failing)) {
                throw new IOException("No space left on device");
            }
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
            MVStore store = database.read(OpenFile::store);
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
