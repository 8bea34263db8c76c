package dev.rlhf.report.log;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * A JSONL file whose rows have an increasing {@code step}, open for appending. Each row is written with one call to the
 * operating system, so a killed process loses at most the row it was writing. Not thread-safe; the caller closes it.
 */
final class StepRows implements AutoCloseable {
    private final FileChannel channel;

    private StepRows(FileChannel channel) {
        this.channel = channel;
    }

    /** The result of {@link #cutAfter}: the number of bytes to keep, and of complete rows to drop. */
    public record Cut(long keptBytes, int droppedRows) {}

    /**
     * Returns how much of {@code file} to keep: the rows up to {@code lastStep}, without the incomplete line that a
     * killed process may have left at the end. A missing file is empty.
     *
     * @throws InputException if a complete line is not an object with a step
     */
    public static Cut cutAfter(Path file, long lastStep) throws IOException {
        byte[] bytes = bytesOf(file);
        long kept = 0;
        int keptRows = 0;
        int droppedRows = 0;
        int start = 0;
        for (int i = 0; i < bytes.length; i++) {
            if (bytes[i] != '\n') {
                continue;
            }
            int line = keptRows + droppedRows + 1;
            long step = stepOf(file, line, new String(bytes, start, i - start, StandardCharsets.UTF_8));
            if (droppedRows == 0 && step <= lastStep) {
                keptRows++;
                kept = i + 1L;
            } else {
                droppedRows++;
            }
            start = i + 1;
        }
        return new Cut(kept, droppedRows);
    }

    /** Opens {@code file} for appending after its first {@code keptBytes} bytes, and truncates the rest. */
    public static StepRows open(Path file, long keptBytes) throws IOException {
        FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        channel.truncate(keptBytes).position(keptBytes);
        return new StepRows(channel);
    }

    public void append(JsonNode row) throws IOException {
        ByteBuffer line = ByteBuffer.wrap((row + "\n").getBytes(StandardCharsets.UTF_8));
        while (line.hasRemaining()) {
            channel.write(line);
        }
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static byte[] bytesOf(Path file) throws IOException {
        try {
            return Files.readAllBytes(file);
        } catch (NoSuchFileException e) {
            return new byte[0];
        }
    }

    private static long stepOf(Path file, int line, String text) {
        try {
            JsonNode step = Json.mapper().readTree(text).path("step");
            if (step.isIntegralNumber()) {
                return step.asLong();
            }
        } catch (JsonProcessingException e) {
            throw InputException.at(file, line, "not JSON; move the file away to start a new log");
        }
        throw InputException.at(file, line, "no whole number \"step\"; move the file away to start a new log");
    }
}
