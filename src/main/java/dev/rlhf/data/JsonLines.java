package dev.rlhf.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import dev.rlhf.base.InputFile;
import dev.rlhf.base.Json;
import dev.rlhf.base.ParallelMap;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.CharBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.zip.GZIPOutputStream;
import org.jspecify.annotations.Nullable;

/**
 * Reads and writes JSON Lines: UTF-8, one object per line, compressed if the name ends in {@code .gz}. Blank lines are
 * skipped. Errors are {@link InputException}s that name the file and, from the first row on, the line.
 */
public final class JsonLines {
    private static final int BUFFER = 1 << 16;
    /** Rows that are worked on together. */
    private static final int PART_ROWS = 1 << 10;

    private static final int PART_BYTES = 1 << 24;

    private JsonLines() {}

    /** Reads all rows of a file with {@code parse}, which must read every field that a row may have. */
    public static <T> List<T> read(Path path, Function<JsonRow, T> parse) {
        List<T> rows = new ArrayList<>();
        forEach(path, row -> rows.add(parse.apply(row)));
        return rows;
    }

    /** Passes the rows of a file to {@code consumer} one by one; fields that it does not read are refused. */
    public static void forEach(Path path, Consumer<JsonRow> consumer) {
        forEachObject(path, (origin, object) -> {
            JsonRow row = new JsonRow(origin, object);
            consumer.accept(row);
            row.refuseOthers();
        });
    }

    /**
     * Passes the objects of a file to {@code consumer} one by one, with file and line, for readers that check fields
     * themselves.
     * @throws InputException if the file cannot be read, a line is not UTF-8, not a JSON object or contains a lone
     *     surrogate, or there is no row
     */
    public static void forEachObject(Path path, BiConsumer<Origin, ObjectNode> consumer) {
        long number = 0;
        boolean empty = true;
        try (InputStream in = InputFile.open(path)) {
            Lines lines = new Lines(in);
            for (byte[] bytes = lines.next(); bytes != null; bytes = lines.next()) {
                Origin origin = new Origin(path, ++number);
                String text = text(origin, bytes);
                if (!text.isBlank()) {
                    consumer.accept(origin, object(origin, text));
                    empty = false;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (empty) {
            throw InputException.at(path, "no rows");
        }
    }

    /** Is told how much of a file has been read. */
    @FunctionalInterface
    public interface Listener {
        /**
         * Called now and then; may throw to end the reading.
         *
         * @param bytes bytes of the file read so far, compressed if the file is
         * @param rows rows done so far
         */
        void done(long bytes, long rows);
    }

    /**
     * As {@link #forEach}, for much work on many rows, which need not fit into memory together: {@code work} runs on
     * all processors, and {@code consumer} gets its results in the order of the rows.
     *
     * @param work parses a row; a pure function
     */
    public static <R> void forEachResult(
            Path path, Function<JsonRow, R> work, Consumer<R> consumer, Listener listener) {
        AtomicLong bytes = new AtomicLong();
        long rows = 0;
        try (InputStream in = InputFile.open(path, bytes::addAndGet)) {
            Lines lines = new Lines(in);
            long number = 0;
            List<byte[]> part = lines.next(PART_ROWS, PART_BYTES);
            while (!part.isEmpty()) {
                List<Line> numbered = new ArrayList<>();
                for (byte[] line : part) {
                    numbered.add(new Line(new Origin(path, ++number), line));
                }
                for (Optional<R> result : ParallelMap.map(numbered, line -> line.result(work))) {
                    result.ifPresent(consumer);
                    rows += result.isPresent() ? 1 : 0;
                }
                listener.done(bytes.get(), rows);
                part = lines.next(PART_ROWS, PART_BYTES);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (rows == 0) {
            throw InputException.at(path, "no rows");
        }
    }

    /** A line that has not been parsed. */
    @SuppressWarnings("ArrayRecordComponent") // never compared
    private record Line(Origin origin, byte[] bytes) {
        /** Parses the line; empty if it is blank. */
        <R> Optional<R> result(Function<JsonRow, R> work) {
            String text = text(origin, bytes);
            if (text.isBlank()) {
                return Optional.empty();
            }
            JsonRow row = new JsonRow(origin, object(origin, text));
            R result = work.apply(row);
            row.refuseOthers();
            return Optional.of(result);
        }
    }

    /** Replaces a file with {@code rows} atomically, each written as an object by {@link Json#mapper}. */
    public static void write(Path path, Iterable<?> rows) throws IOException {
        AtomicFiles.writeFile(path, temporary -> {
            try (OutputStream file = Files.newOutputStream(temporary);
                    OutputStream out = compressed(path) ? new GZIPOutputStream(file, BUFFER) : file) {
                for (Object row : rows) {
                    out.write((Json.mapper().writeValueAsString(row) + "\n").getBytes(StandardCharsets.UTF_8));
                }
            }
        });
    }

    private static String text(Origin origin, byte[] bytes) {
        try {
            return InputFile.decode(bytes);
        } catch (CharacterCodingException e) {
            throw origin.error("not UTF-8; save the file in that encoding");
        }
    }

    private static boolean compressed(Path path) {
        return path.toString().endsWith(".gz");
    }

    private static ObjectNode object(Origin origin, String text) {
        if (origin.path().toString().matches("(?i).*\\.[ct]sv")) {
            throw origin.error("a table, not JSON Lines; convert the file (Python: "
                    + "datasets.load_dataset(\"csv\", data_files=…)[\"train\"].to_json(\"rows.jsonl\"))");
        }
        if (text.stripLeading().startsWith("[")) {
            throw origin.error("a JSON array; a row is one object on a line of its own. Convert the file: "
                    + "jq -c '.[]' in.json > out.jsonl");
        }
        try {
            if (Json.mapper().readTree(text) instanceof ObjectNode object) {
                if (text.contains("\\u")) { // strict UTF-8 has no lone surrogates, so only an escape can be one
                    refuseLoneSurrogates(origin, object);
                }
                return object;
            }
            throw origin.error("not a JSON object");
        } catch (JsonEOFException e) {
            throw origin.error("not JSON: the line ends within an object; a row is one object on a line of its own. "
                    + "Convert a file of several lines per object: jq -c . in.json > out.jsonl");
        } catch (JsonProcessingException e) {
            String column =
                    e.getLocation() == null ? "" : ", column " + e.getLocation().getColumnNr();
            throw origin.error("not JSON" + column + ": " + Json.reason(e));
        }
    }

    /**
     * Refuses lone surrogates, which are not characters: written as UTF-8 they would silently become question marks.
     * @throws InputException if a text or a field name within {@code node} contains one
     */
    public static void refuseLoneSurrogates(Origin origin, JsonNode node) {
        try {
            refuseLoneSurrogates(node);
        } catch (CharacterCodingException e) {
            throw origin.error("contains a lone surrogate (\\ud800 to \\udfff), which is not a character; "
                    + "remove it or write the whole pair");
        }
    }

    private static void refuseLoneSurrogates(JsonNode node) throws CharacterCodingException {
        if (node.isTextual()) {
            StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(node.textValue()));
        }
        for (Map.Entry<String, JsonNode> property : node.properties()) {
            StandardCharsets.UTF_8.newEncoder().encode(CharBuffer.wrap(property.getKey()));
        }
        for (JsonNode child : node) {
            refuseLoneSurrogates(child);
        }
    }

    /** Splits a stream into lines. */
    private static final class Lines {
        private final InputStream in;
        private final byte[] buffer = new byte[BUFFER];
        private int start;
        private int end;

        Lines(InputStream in) {
            this.in = in;
        }

        /** Reads the next lines: at most {@code count}, and none after {@code bytes} bytes; none at the end. */
        List<byte[]> next(int count, long bytes) throws IOException {
            List<byte[]> lines = new ArrayList<>();
            long read = 0;
            while (lines.size() < count && read < bytes) {
                byte[] line = next();
                if (line == null) {
                    return lines;
                }
                lines.add(line);
                read += line.length;
            }
            return lines;
        }

        /** Reads up to the next newline and drops it; null at the end of the stream. */
        byte @Nullable [] next() throws IOException {
            if (start == end && !fill()) {
                return null;
            }
            ByteArrayOutputStream line = new ByteArrayOutputStream(256);
            do {
                int stop = start;
                while (stop < end && buffer[stop] != '\n') {
                    stop++;
                }
                line.write(buffer, start, stop - start);
                start = stop + 1;
                if (stop < end) {
                    return line.toByteArray();
                }
            } while (fill());
            return line.toByteArray();
        }

        private boolean fill() throws IOException {
            start = 0;
            end = Math.max(0, in.read(buffer));
            return end > 0;
        }
    }
}
