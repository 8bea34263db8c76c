package dev.rlhf.checkpoint.hub;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * The download of one file into {@code blobs/}. Its bytes go to {@code HASH.incomplete}, from which a later attempt
 * resumes, and only a file with the right hash gets its final name. One thread at a time; the caller holds the lock.
 */
final class BlobDownload {
    private static final int CHUNK = 1 << 17;

    /** Opens the file at a byte. */
    @FunctionalInterface
    interface Source {
        HubClient.Opened open(long from) throws IOException;
    }

    private final HubFile file;
    private final Path blob;
    private final Path partial;
    private final Source source;
    private final Retries retries;
    private final DownloadProgress progress;

    BlobDownload(HubFile file, Path blob, Source source, Retries retries, DownloadProgress progress) {
        this.file = file;
        this.blob = blob;
        this.partial = partial(blob);
        this.source = source;
        this.retries = retries;
        this.progress = progress;
    }

    static Path partial(Path blob) {
        return blob.resolveSibling(blob.getFileName() + ".incomplete");
    }

    /** Returns the number of bytes left by an earlier attempt. */
    static long partialBytes(Path blob) throws IOException {
        Path partial = partial(blob);
        return Files.exists(partial) ? Files.size(partial) : 0;
    }

    /**
     * Downloads the file.
     *
     * @throws FetchFailedException if the download fails, or the hash is wrong, in which case the file is deleted
     */
    void run() throws IOException {
        Files.createDirectories(blob.resolveSibling(""));
        boolean resumed = partialBytes(blob) > 0;
        // an earlier attempt may have left damaged bytes: start over once
        if (!complete() && !(resumed && complete())) {
            throw new FetchFailedException(
                    file.path() + ": the download does not have the hub's hash, and was deleted; try again, and if that"
                            + " does not help, check the proxy or mirror in between");
        }
        Files.move(partial, blob, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Fetches the missing bytes. Returns whether the hash is right; if it is not, the file is deleted. */
    private boolean complete() throws IOException {
        try (FileChannel out = FileChannel.open(partial, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            if (out.size() > file.size()) {
                out.truncate(0);
            }
            BlobHash hash = new BlobHash(file);
            hash.update(partial);
            out.position(out.size());
            progress.at(out.size(), 0);
            if (out.size() < file.size() || file.size() == 0) {
                retries.run(file.path(), () -> position(out), () -> receive(out, hash));
            }
            out.force(true);
            if (out.size() == file.size() && hash.finish().equals(file.hash())) {
                return true;
            }
        }
        Files.delete(partial);
        progress.at(0, 0);
        return false;
    }

    private long receive(FileChannel out, BlobHash hash) throws IOException {
        if (out.position() == file.size() && file.size() > 0) {
            return file.size();
        }
        HubClient.Opened opened = source.open(out.position());
        try (InputStream body = opened.body()) {
            if (opened.from() < out.position()) { // the server does not support ranges
                out.truncate(0);
                out.position(0);
                hash.restart();
            }
            byte[] chunk = new byte[CHUNK];
            for (int count = body.read(chunk); count >= 0; count = body.read(chunk)) {
                write(out, chunk, count);
                hash.update(chunk, count);
                progress.at(out.position(), count);
                if (out.position() > file.size()) {
                    return out.position(); // another file: its hash will be wrong
                }
            }
        }
        if (out.position() < file.size()) {
            throw new IOException("the connection ended at byte " + out.position() + " of " + file.size());
        }
        return out.position();
    }

    /** Writes a chunk; failures such as a full disk are not retried. */
    private void write(FileChannel out, byte[] chunk, int count) throws FetchFailedException {
        try {
            ByteBuffer bytes = ByteBuffer.wrap(chunk, 0, count);
            while (bytes.hasRemaining()) {
                out.write(bytes);
            }
        } catch (IOException e) {
            throw new FetchFailedException(
                    partial + ": cannot be written (" + e.getMessage()
                            + "). Partial downloads are kept; run the same command to resume",
                    e);
        }
    }

    private static long position(FileChannel out) {
        try {
            return out.position();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
