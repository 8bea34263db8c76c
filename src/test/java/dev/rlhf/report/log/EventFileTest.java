package dev.rlhf.report.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
    private static final InstantSource CLOCK = InstantSource.fixed(Instant.ofEpochMilli(1_700_000_000_500L));

    @TempDir
    Path folder;

    @Test
    void eventsAreReadBackFieldByField() throws IOException {
        Map<String, Double> values = new LinkedHashMap<>();
        values.put("objective/kl", 0.125);
        values.put("größe", -3e8);
        try (EventFile file = EventFile.create(folder, 0, CLOCK)) {
            file.scalars(300, values);
        }

        List<Map<Integer, Object>> events = events(onlyFile());
        assertThat(events).hasSize(2);
        assertThat(events.get(0)).containsEntry(3, bytes("brain.Event:2")).containsEntry(1, 1_700_000_000.5);
        assertThat(events.get(1)).containsEntry(2, 300L);
        List<Map<Integer, Object>> summary = repeated((ByteBuffer) events.get(1).get(5));
        assertThat(summary)
                .containsExactly(Map.of(1, bytes("objective/kl"), 2, 0.125f), Map.of(1, bytes("größe"), 2, -3e8f));
    }

    @Test
    void aResumedRunMakesTensorBoardDropLaterEvents() throws IOException {
        EventFile.create(folder, 121, CLOCK).close();

        Map<Integer, Object> restart = events(onlyFile()).get(1);
        assertThat(restart).containsEntry(2, 121L);
        assertThat(fields((ByteBuffer) restart.get(7))).containsEntry(1, 1L);
    }

    @Test
    void laterFilesSortAfterEarlierOnesEvenWithinASecond() throws IOException {
        for (int i = 0; i < 3; i++) {
            EventFile.create(folder, 0, CLOCK).close();
        }
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(file -> file.getFileName().toString().split("\\.")[3])
                            .sorted())
                    .containsExactly("1700000000", "1700000001", "1700000002");
        }
    }

    @Test
    void theCrcMaskEqualsTheReference() {
        // RFC 3720 B.4: CRC32C of 32 zero bytes is 0x8a9136aa; the mask is checked against it by the reader below.
        CRC32C crc = new CRC32C();
        crc.update(new byte[32]);
        assertThat(crc.getValue()).isEqualTo(0x8a9136aaL);
    }

    private Path onlyFile() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> list = files.toList();
            assertThat(list).hasSize(1);
            return list.getFirst();
        }
    }

    /** Reads the framing with its own arithmetic, and each event's fields. */
    private static List<Map<Integer, Object>> events(Path file) throws IOException {
        ByteBuffer in = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        List<Map<Integer, Object>> events = new ArrayList<>();
        while (in.hasRemaining()) {
            ByteBuffer head = in.slice(in.position(), 8);
            int length = (int) in.getLong();
            assertThat(Integer.toUnsignedLong(in.getInt())).isEqualTo(masked(head));
            ByteBuffer data = in.slice(in.position(), length).order(ByteOrder.LITTLE_ENDIAN);
            in.position(in.position() + length);
            assertThat(Integer.toUnsignedLong(in.getInt())).isEqualTo(masked(data.duplicate()));
            events.add(fields(data));
        }
        return events;
    }

    private static long masked(ByteBuffer data) {
        CRC32C crc = new CRC32C();
        crc.update(data);
        long value = crc.getValue();
        return ((value >>> 15 | value << 17 & 0xffffffffL) + 0xa282ead8L) & 0xffffffffL;
    }

    private static List<Map<Integer, Object>> repeated(ByteBuffer message) {
        List<Map<Integer, Object>> values = new ArrayList<>();
        ByteBuffer in = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            assertThat(varint(in)).isEqualTo(1 << 3 | 2);
            values.add(fields(take(in)));
        }
        return values;
    }

    private static Map<Integer, Object> fields(ByteBuffer message) {
        Map<Integer, Object> fields = new LinkedHashMap<>();
        ByteBuffer in = message.duplicate().order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            long tag = varint(in);
            Object value = switch ((int) tag & 7) {
                case 0 -> varint(in);
                case 1 -> in.getDouble();
                case 2 -> take(in);
                case 5 -> in.getFloat();
                default -> throw new AssertionError("wire type of " + tag);
            };
            fields.put((int) (tag >>> 3), value);
        }
        return fields;
    }

    private static ByteBuffer take(ByteBuffer in) {
        int length = (int) varint(in);
        ByteBuffer part = in.slice(in.position(), length);
        in.position(in.position() + length);
        return part;
    }

    private static long varint(ByteBuffer in) {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = in.get();
            value |= (long) (next & 0x7f) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private static ByteBuffer bytes(String text) {
        return ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8));
    }
}
