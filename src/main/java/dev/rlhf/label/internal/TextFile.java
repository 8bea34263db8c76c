package dev.rlhf.label.internal;

import dev.rlhf.base.InputException;
import java.io.BufferedReader;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/** UTF-8 files from outside, compressed if the name ends in {@code .gz}; what can be wrong with the file itself is one line. */
public final class TextFile {
    private TextFile() {}

    /** Takes the text. */
    @FunctionalInterface
    public interface Sink {
        void read(BufferedReader text) throws IOException;
    }

    /**
     * Opens the file, hands its text over, closes it.
     *
     * @throws InputException if it is not there, not UTF-8 or not whole
     */
    public static void read(Path file, Sink sink) throws IOException {
        try (InputStream stream = Files.newInputStream(file);
                InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(stream, 1 << 16) : stream;
                // A decoder, not a charset: bytes that are no UTF-8 are an error instead of a replacement character.
                BufferedReader reader =
                        new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8.newDecoder()))) {
            sink.read(reader);
        } catch (NoSuchFileException e) {
            throw new InputException(file + ": no such file", e);
        } catch (CharacterCodingException e) {
            throw new InputException(file + ": not UTF-8; convert the file to UTF-8", e);
        } catch (ZipException | EOFException e) {
            throw new InputException(file + ": not a whole gzip file: " + e.getMessage(), e);
        }
    }
}
