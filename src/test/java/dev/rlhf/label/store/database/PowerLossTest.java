package dev.rlhf.label.store.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Cuts the power at any moment: what was forced to the disk before is there, and of each later write any of its pages,
 * in any order. Every transaction that had returned must be there, and every other one wholly or not at all. H2's
 * retention time, after which it uses freed space again, is cut from 45 s to 0.3 s, so that lost writes hit what was in
 * the file before. {@code -Drlhf.kill_rounds} says how many moments are tried, ten for each round.
 */
class PowerLossTest {
    private static final int MOMENTS = 10 * Integer.getInteger("rlhf.kill_rounds", 2);
    private static final int TRANSACTIONS = 300;
    private static final int KEPT = 40;
    private static final int PAGE = 4096;

    /** A change of the file: bytes at a position, or a new size; neither: everything before is forced to the disk. */
    private record Event(byte @Nullable [] bytes, long position, boolean truncates) {
        boolean forces() {
            return bytes == null && !truncates;
        }
    }

    /** A file that remembers all changes. */
    private static final class Recorder extends OpenFile {
        private final List<Event> events;

        Recorder(FileChannel file, List<Event> events) {
            super(file);
            this.events = events;
        }

        @Override
        public int write(ByteBuffer bytes, long position) throws IOException {
            byte[] copy = new byte[bytes.remaining()];
            bytes.duplicate().get(copy);
            int written = super.write(bytes, position);
            assertThat(written).isEqualTo(copy.length);
            events.add(new Event(copy, position, false));
            return written;
        }

        @Override
        public FileChannel truncate(long size) throws IOException {
            super.truncate(size);
            events.add(new Event(null, size, true));
            return this;
        }

        @Override
        public void force(boolean metaData) throws IOException {
            super.force(metaData);
            events.add(new Event(null, 0, false));
        }
    }

    @TempDir
    Path folder;

    private final SplittableRandom random = new SplittableRandom(11);
    private final List<Event> events = new ArrayList<>();
    /** The number of events when each transaction began, and when it had returned. */
    private final List<int[]> transactions = new ArrayList<>();

    @Test
    void everyTransactionThatReturnedSurvives() throws Exception {
        Path file = folder.resolve("labels");
        Path before = folder.resolve("before");
        try (Database database = Database.open(file, InstantSource.system())) {
            database.run(handle -> {
                handle.execute("CREATE TABLE work (id INTEGER PRIMARY KEY, text CHARACTER VARYING)");
                handle.execute("CREATE TABLE counter (latest INTEGER)");
                handle.execute("INSERT INTO counter VALUES (-1)");
                handle.execute("SET RETENTION_TIME 300");
            });
            Files.copy(StoreFile.mvFile(file), before);
            OpenFile.replace(database, opened -> new Recorder(opened, events));
            for (int i = 0; i < TRANSACTIONS; i++) {
                transact(database, i);
            }
        }
        assertThat(reusesSpace(Files.size(before))).isTrue();
        for (int moment = 0; moment < MOMENTS; moment++) {
            cutThePower(before, random.nextInt(1, events.size() + 1), folder.resolve("cut-" + moment));
        }
    }

    private void transact(Database database, int number) {
        int began = events.size();
        String text = "%08d ".formatted(random.nextInt()).repeat(random.nextInt(2000));
        database.run(handle -> {
            handle.execute("INSERT INTO work VALUES (?, ?)", number, text);
            handle.execute("DELETE FROM work WHERE id <= ?", number - KEPT);
            handle.execute("UPDATE counter SET latest = ?", number);
        });
        transactions.add(new int[] {began, events.size()});
    }

    /** Whether something is written to a place in the file that was written before, besides its first two blocks. */
    private boolean reusesSpace(long end) {
        long most = end;
        for (Event event : events) {
            if (event.bytes != null && event.position >= 2 * PAGE && event.position + event.bytes.length <= most) {
                return true;
            }
            most = event.bytes == null ? most : Math.max(most, event.position + event.bytes.length);
        }
        return false;
    }

    /** @param moment number of events before the power is cut */
    private void cutThePower(Path before, int moment, Path store) throws IOException {
        Path file = Files.copy(before, StoreFile.mvFile(store));
        int forced = moment;
        while (forced > 0 && !events.get(forced - 1).forces()) {
            forced--;
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int i = 0; i < moment; i++) {
                apply(channel, events.get(i), i < forced);
            }
        }
        int returned = (int) transactions.stream().filter(of -> of[1] <= moment).count();
        int begun = (int) transactions.stream().filter(of -> of[0] < moment).count();
        try (Database database = Database.open(store, InstantSource.system())) {
            int latest = database.read(handle -> handle.createQuery("SELECT latest FROM counter")
                    .mapTo(Integer.class)
                    .one());
            assertThat(latest)
                    .as("latest transaction after event %d of %d", moment, events.size())
                    .isBetween(returned - 1, begun - 1);
            List<Integer> rows = database.read(handle -> handle.createQuery("SELECT id FROM work ORDER BY id")
                    .mapTo(Integer.class)
                    .list());
            List<Integer> wanted = new ArrayList<>();
            for (int i = Math.max(0, latest - KEPT + 1); i <= latest; i++) {
                wanted.add(i);
            }
            assertThat(rows).isEqualTo(wanted);
            database.read(handle -> handle.createQuery("SELECT SUM(LENGTH(text)) FROM work")
                    .mapTo(Long.class)
                    .findOne());
            transactAfterwards(database);
        } finally {
            Files.delete(file);
        }
    }

    private static void transactAfterwards(Database database) {
        database.run(handle -> handle.execute("UPDATE counter SET latest = 0"));
    }

    /** @param whole whether all of it is on the disk; otherwise any part */
    private void apply(FileChannel channel, Event event, boolean whole) throws IOException {
        if (event.truncates && (whole || random.nextBoolean())) {
            channel.truncate(event.position);
        }
        byte[] bytes = event.bytes;
        if (bytes == null) {
            return;
        }
        for (int from = 0; from < bytes.length; from += PAGE) {
            if (whole || random.nextBoolean()) {
                channel.write(ByteBuffer.wrap(bytes, from, Math.min(PAGE, bytes.length - from)), event.position + from);
            }
        }
    }
}
