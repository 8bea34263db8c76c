package dev.rlhf.data;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import dev.rlhf.base.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import java.util.zip.ZipException;
import org.jspecify.annotations.Nullable;

/**
 * JSON Lines: UTF-8, one object a line; a file whose name ends in {@code .gz} is compressed. Blank lines are no rows. Whatever is
 * wrong with a file is an {@link InputException} that names it and, from the first row on, the line.
 */
public final class JsonLines {
    private static final int BUFFER = 1 << 16;

    private JsonLines() {}

    /** All rows of a file, each made by {@code parse}, which must ask for every field that may be there. */
    public static <T> List<T> read(Path path, Function<JsonRow, T> parse) {
        List<T> rows = new ArrayList<>();
        forEach(path, row -> rows.add(parse.apply(row)));
        return rows;
    }

    /** Hands the rows of a file over one by one; fields that {@code consumer} did not ask for are refused. */
    public static void forEach(Path path, Consumer<JsonRow> consumer) {
        long number = 0;
        boolean empty = true;
        try (InputStream in = open(path)) {
            for (byte[] bytes = line(in); bytes != null; bytes = line(in)) {
                String text = text(path, ++number, bytes);
                if (!text.isBlank()) {
                    JsonRow row = new JsonRow(path, number, object(path, number, text));
                    consumer.accept(row);
                    row.refuseOthers();
                    empty = false;
                }
            }
        } catch (ZipException | EOFException e) {
            throw InputException.at(path, number + 1, "damaged gzip file: " + e.getMessage());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (empty) {
            throw InputException.at(path, "no rows");
        }
    }

    /** Replaces a file by {@code rows}, each an object as {@link Json#mapper} writes it; all of it or nothing. */
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

    /** The bytes of a file, decompressed if its name ends in {@code .gz}. */
    static InputStream open(Path path) throws IOException {
        if (!Files.isRegularFile(path)) {
            throw InputException.at(path, Files.exists(path) ? "not a file" : "no such file");
        }
        InputStream file = Files.newInputStream(path);
        try {
            return new BufferedInputStream(compressed(path) ? new GZIPInputStream(file, BUFFER) : file, BUFFER);
        } catch (IOException e) {
            file.close();
            throw e;
        }
    }

    /** Strict UTF-8 without a byte order mark in front. */
    static String text(Path path, long line, byte[] bytes) {
        try {
            String text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
            return line == 1 && text.startsWith("\uFEFF") ? text.substring(1) : text;
        } catch (CharacterCodingException e) {
            throw InputException.at(path, line, "not UTF-8; save the file in that encoding");
        }
    }

    private static boolean compressed(Path path) {
        return path.toString().endsWith(".gz");
    }

    private static ObjectNode object(Path path, long line, String text) {
        try {
            JsonNode node = Json.mapper().readTree(text);
            if (node instanceof ObjectNode object) {
                return object;
            }
            throw InputException.at(path, line, "not a JSON object");
        } catch (JsonProcessingException e) {
            throw InputException.at(
                    path,
                    line,
                    "not JSON, column %d: %s".formatted(e.getLocation().getColumnNr(), e.getOriginalMessage()));
        }
    }

    /** Up to the next newline, without it; null at the end. */
    private static byte @Nullable [] line(InputStream in) throws IOException {
        int next = in.read();
        if (next < 0) {
            return null;
        }
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(256);
        for (; next >= 0 && next != '\n'; next = in.read()) {
            bytes.write(next);
        }
        return bytes.toByteArray();
    }
}
