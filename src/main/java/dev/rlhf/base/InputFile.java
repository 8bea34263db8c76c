package dev.rlhf.base;

import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.LongConsumer;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * Opens input files. Names that end in {@code .gz} are decompressed; a byte order mark is skipped. Problems with a
 * whole file become an {@link InputException} of one line.
 */
public final class InputFile {
    private static final int BUFFER = 1 << 16;
    private static final byte[] BYTE_ORDER_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};
    private static final byte[] LFS_POINTER =
            "version https://git-lfs.github.com/spec/v1".getBytes(StandardCharsets.US_ASCII);

    private static final byte[] GZIP = {0x1F, (byte) 0x8B};
    private static final byte[] PARQUET = "PAR1".getBytes(StandardCharsets.US_ASCII);
    private static final byte[] ARROW = "ARROW1".getBytes(StandardCharsets.US_ASCII);

    private InputFile() {}

    /**
     * Returns why {@code path} cannot be read as a file: it is missing, a folder, a pipe or device, a Git LFS pointer,
     * a Parquet or Arrow file, or compressed with gzip although its name does not say so. Empty if it can be read.
     * Nothing is read from a pipe.
     */
    public static Optional<String> problem(Path path) {
        if (!Files.exists(path)) {
            return Optional.of("no such file");
        }
        if (Files.isDirectory(path)) {
            return Optional.of("is a folder; it must be a file");
        }
        if (!Files.isRegularFile(path)) {
            return Optional.of("is a pipe or a device, which can be read only once; save its content as a file");
        }
        try (InputStream in = Files.newInputStream(path)) {
            byte[] start = in.readNBytes(LFS_POINTER.length);
            if (startsWith(start, LFS_POINTER)) {
                return Optional.of("is a Git LFS pointer, not the file itself; run `git lfs pull` where it was cloned");
            }
            if (startsWith(start, PARQUET) || startsWith(start, ARROW)) {
                return Optional.of("is a Parquet or Arrow file; convert it to JSON Lines (Python: "
                        + "datasets.load_dataset(\"parquet\", data_files=…)[\"train\"].to_json(\"rows.jsonl\"))");
            }
            if (startsWith(start, GZIP) && !compressed(path)) {
                return Optional.of("is compressed with gzip; rename it to " + path.getFileName() + ".gz");
            }
            return Optional.empty();
        } catch (AccessDeniedException e) {
            return Optional.of("cannot be read: permission denied");
        } catch (IOException e) {
            return Optional.of("cannot be read: " + e.getMessage());
        }
    }

    /**
     * Throws if {@code path} is not a readable file.
     *
     * @throws InputException with the {@link #problem}
     */
    public static void check(Path path) {
        problem(path).ifPresent(what -> {
            throw InputException.at(path, what);
        });
    }

    /**
     * Opens a file: decompressed if its name ends in {@code .gz}, without a byte order mark.
     * @throws InputException if it cannot be read, or is not gzip although its name says so; the stream throws it too
     *     if the compressed data are damaged
     */
    public static InputStream open(Path path) throws IOException {
        return open(path, _ -> {});
    }

    /**
     * Opens a file as {@link #open(Path)}.
     *
     * @param read is told the number of bytes of the file, compressed if it is, with each read from disk
     */
    public static InputStream open(Path path, LongConsumer read) throws IOException {
        check(path);
        InputStream file = new FilterInputStream(Files.newInputStream(path)) {
            @Override
            public int read(byte[] bytes, int offset, int length) throws IOException {
                int count = super.read(bytes, offset, length);
                read.accept(Math.max(0, count));
                return count;
            }
        };
        try {
            return withoutMark(compressed(path) ? decompressed(path, file) : file);
        } catch (IOException | InputException e) {
            file.close();
            throw e;
        }
    }

    /**
     * Returns the whole text of a file.
     *
     * @throws InputException if it cannot be read or is not UTF-8
     */
    public static String text(Path path) {
        try (InputStream in = open(path)) {
            return decode(in.readAllBytes());
        } catch (CharacterCodingException e) {
            throw new InputException(path + ": not UTF-8; save the file in that encoding", e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Returns a stream that begins after the byte order mark, if there is one. Reads three bytes. */
    public static InputStream withoutMark(InputStream stream) throws IOException {
        InputStream in = new BufferedInputStream(stream, BUFFER);
        in.mark(BYTE_ORDER_MARK.length);
        if (!startsWith(in.readNBytes(BYTE_ORDER_MARK.length), BYTE_ORDER_MARK)) {
            in.reset();
        }
        return in;
    }

    /**
     * Returns the lines of a file that are not blank.
     *
     * @throws InputException if it cannot be read, is not UTF-8, or has no such line
     */
    public static List<String> lines(Path path) {
        List<String> lines = text(path).lines().filter(line -> !line.isBlank()).toList();
        if (lines.isEmpty()) {
            throw InputException.at(path, "has no text");
        }
        return lines;
    }

    /** Returns the text of bytes that must be UTF-8. */
    public static String decode(byte[] bytes) throws CharacterCodingException {
        return StandardCharsets.UTF_8
                .newDecoder()
                .decode(ByteBuffer.wrap(bytes))
                .toString();
    }

    private static boolean compressed(Path path) {
        return path.toString().endsWith(".gz");
    }

    private static InputStream decompressed(Path path, InputStream file) throws IOException {
        try {
            return new FilterInputStream(new GZIPInputStream(file, BUFFER)) {
                @Override
                public int read(byte[] bytes, int offset, int length) throws IOException {
                    try {
                        return super.read(bytes, offset, length);
                    } catch (ZipException | EOFException e) {
                        throw damaged(path, e);
                    }
                }
            };
        } catch (ZipException | EOFException e) {
            throw damaged(path, e);
        }
    }

    private static InputException damaged(Path path, IOException e) {
        return new InputException(path + ": damaged gzip file: " + e.getMessage(), e);
    }

    private static boolean startsWith(byte[] bytes, byte[] prefix) {
        return bytes.length >= prefix.length
                && ByteBuffer.wrap(bytes, 0, prefix.length).equals(ByteBuffer.wrap(prefix));
    }
}
