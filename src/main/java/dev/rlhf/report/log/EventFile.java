package dev.rlhf.report.log;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;

/**
 * Writes a TensorBoard event file of scalars, {@code events.out.tfevents.SECONDS.rlhf.PID}. Each record is written in a
 * single call. Not thread-safe; the caller closes it.
 *
 * <p>Framing (tensorflow/core/lib/io/record_writer.cc): {@code u64 length, u32 masked crc of length, bytes, u32 masked
 * crc of bytes}, little-endian, mask = rotr15(crc32c) + 0xa282ead8. Messages (tensorflow/core/util/event.proto,
 * framework/summary.proto), with the fields that are used:
 *
 * <pre>
 * Event      { double wall_time = 1; int64 step = 2; string file_version = 3; Summary summary = 5;
 *              SessionLog session_log = 7; }
 * Summary    { repeated Value value = 1; }     Value { string tag = 1; float simple_value = 2; }
 * SessionLog { SessionStatus status = 1; }     START = 1
 * </pre>
 */
final class EventFile implements AutoCloseable {
    private static final String PREFIX = "events.out.tfevents.";
    private static final int SESSION_START = 1;

    private final FileChannel channel;
    private final InstantSource clock;

    private EventFile(FileChannel channel, InstantSource clock) {
        this.channel = channel;
        this.clock = clock;
    }

    /**
     * Creates a file in {@code folder} whose name sorts after the existing ones, because TensorBoard reads them in that
     * order.
     *
     * @param firstStep the first step of this file: TensorBoard discards it and later steps of earlier files
     */
    public static EventFile create(Path folder, long firstStep, InstantSource clock) throws IOException {
        long seconds = clock.instant().getEpochSecond();
        for (Path file : list(folder)) {
            seconds = Math.max(seconds, secondsOf(file) + 1);
        }
        String name = PREFIX
                + String.format(
                        Locale.ROOT,
                        "%010d.rlhf.%d",
                        seconds,
                        ProcessHandle.current().pid());
        FileChannel channel =
                FileChannel.open(folder.resolve(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
        EventFile file = new EventFile(channel, clock);
        file.write(file.event(0).text(3, "brain.Event:2"));
        if (firstStep > 0) {
            file.write(file.event(firstStep).message(7, new Proto().varint(1, SESSION_START)));
        }
        return file;
    }

    /** Deletes the event files of {@code folder}. */
    public static void deleteAll(Path folder) throws IOException {
        for (Path file : list(folder)) {
            Files.delete(file);
        }
    }

    /** Adds one event with all of a step's values. */
    public void scalars(long step, Map<String, Double> values) throws IOException {
        Proto summary = new Proto();
        values.forEach(
                (tag, value) -> summary.message(1, new Proto().text(1, tag).float32(2, value.floatValue())));
        write(event(step).message(5, summary));
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private Proto event(long step) {
        return new Proto().float64(1, clock.millis() / 1000.0).varint(2, step);
    }

    private void write(Proto event) throws IOException {
        byte[] data = event.bytes();
        ByteBuffer record = ByteBuffer.allocate(16 + data.length).order(ByteOrder.LITTLE_ENDIAN);
        record.putLong(data.length);
        record.putInt(maskedCrc(record.array(), 8));
        record.put(data);
        record.putInt(maskedCrc(data, data.length));
        record.flip();
        while (record.hasRemaining()) {
            channel.write(record);
        }
    }

    private static int maskedCrc(byte[] bytes, int length) {
        CRC32C crc = new CRC32C();
        crc.update(bytes, 0, length);
        return Integer.rotateRight((int) crc.getValue(), 15) + 0xa282ead8;
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(path -> path.getFileName().toString().startsWith(PREFIX))
                    .toList();
        }
    }

    private static long secondsOf(Path file) {
        String digits = file.getFileName().toString().substring(PREFIX.length()).replaceFirst("\\D.*", "");
        return digits.isEmpty() || digits.length() > 12 ? 0 : Long.parseLong(digits);
    }
}
