package dev.rlhf.recipe;

import dev.rlhf.base.AtomicFiles;
import dev.rlhf.base.InputException;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other processes out of an output folder by an operating-system lock on the file {@code .lock} in it, which the
 * kernel releases however the process ends. The file says who holds the lock, and is deleted when the lock is released.
 *
 * <p>The holder must never open the file a second time: closing any descriptor of a file releases the process's POSIX
 * locks on it.
 */
final class RunLock implements AutoCloseable {
    /** Name of the lock file, which is not a result of the run. */
    static final String FILE = ".lock";

    private static final int ATTEMPTS = 100;

    private final PrintStream console;
    private Path folder;
    private @Nullable FileChannel channel;

    private RunLock(Path folder, @Nullable FileChannel channel, PrintStream console) {
        this.folder = folder;
        this.channel = channel;
        this.console = console;
    }

    /**
     * Locks {@code folder}, creating it if necessary. On a file system without locks it prints a warning and the run is
     * not protected.
     *
     * @throws InputException if another process holds the lock, or the folder cannot be created or written to
     */
    static RunLock acquire(Path folder, PrintStream console) {
        return new RunLock(folder, lock(folder, console), console);
    }

    /** Renames the folder while it stays locked, and locks a new, empty folder in its place. */
    void moveFolderTo(Path aside) throws IOException {
        Files.move(folder, aside);
        FileChannel old = channel;
        channel = lock(folder, console);
        if (old != null) {
            Files.deleteIfExists(aside.resolve(FILE));
            old.close();
        }
    }

    /** Deletes the folder, renames another to it, and keeps it locked. */
    void moveFolderBack(Path aside) throws IOException {
        AtomicFiles.deleteTree(folder);
        Files.move(aside, folder);
        FileChannel old = channel;
        channel = lock(folder, console);
        if (old != null) {
            old.close();
        }
    }

    @Override
    public void close() throws IOException {
        FileChannel held = channel;
        if (held != null) {
            channel = null;
            Files.deleteIfExists(folder.resolve(FILE));
            held.close();
        }
    }

    private static @Nullable FileChannel lock(Path folder, PrintStream console) {
        Path file = folder.resolve(FILE);
        try {
            Files.createDirectories(folder);
            for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
                FileChannel channel = FileChannel.open(
                        file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
                Object opened = key(file);
                try {
                    if (channel.tryLock() == null) {
                        String holder = read(channel);
                        channel.close();
                        throw new InputException("output_dir: " + folder + " is in use by " + holder
                                + "; wait until that run ends, or give another output_dir");
                    }
                } catch (OverlappingFileLockException e) {
                    throw new InputException("output_dir: " + folder + " is in use by this run itself", e);
                } catch (IOException e) {
                    channel.close();
                    Files.deleteIfExists(file);
                    console.println("output_dir: the file system of " + folder + " does not support locks (" + reason(e)
                            + "); make sure that no second run uses this folder");
                    return null;
                }
                if (isStillThere(channel, file, opened)) {
                    return channel;
                }
                channel.close(); // the previous holder renamed the folder or deleted the file
            }
            throw new IOException(file + " keeps being replaced");
        } catch (IOException e) {
            refuseFile(folder);
            throw new InputException(
                    "output_dir: " + folder + " cannot be written to (" + reason(e)
                            + "); make it writable, or give another output_dir",
                    e);
        }
    }

    private static void refuseFile(Path folder) {
        if (Files.exists(folder) && !Files.isDirectory(folder)) {
            throw new InputException("output_dir: " + folder + " is a file; give the path of a folder");
        }
        for (Path above = folder.getParent(); above != null; above = above.getParent()) {
            if (Files.exists(above) && !Files.isDirectory(above)) {
                throw new InputException("output_dir: " + folder + " cannot be created: " + above
                        + " is a file; give another output_dir");
            }
        }
    }

    /** Writes the holder into the file, and checks through its path that the locked file is still at {@code file}. */
    private static boolean isStillThere(FileChannel channel, Path file, @Nullable Object opened) throws IOException {
        channel.truncate(0);
        if (!Objects.equals(opened, key(file)) || size(file) != 0) {
            return false;
        }
        String text = "process %d on %s since %s%n"
                .formatted(ProcessHandle.current().pid(), host(), Instant.now().truncatedTo(ChronoUnit.SECONDS));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        channel.write(ByteBuffer.wrap(bytes), 0);
        return size(file) == bytes.length;
    }

    private static @Nullable Object key(Path file) throws IOException {
        try {
            return Files.readAttributes(file, BasicFileAttributes.class).fileKey();
        } catch (NoSuchFileException e) {
            return null;
        }
    }

    private static long size(Path file) throws IOException {
        try {
            return Files.size(file);
        } catch (NoSuchFileException e) {
            return -1;
        }
    }

    private static String read(FileChannel channel) throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(500);
        channel.read(bytes, 0);
        String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.UTF_8).strip();
        return text.isEmpty() ? "another process" : text;
    }

    private static String host() {
        try {
            return Files.readString(Path.of("/proc/sys/kernel/hostname")).strip();
        } catch (IOException e) {
            return Objects.requireNonNullElse(System.getenv("HOSTNAME"), "this host");
        }
    }

    private static String reason(IOException e) {
        if (e instanceof AccessDeniedException) {
            return "permission denied";
        }
        if (e instanceof NoSuchFileException) {
            return "it cannot be created";
        }
        String reason = e instanceof FileSystemException of ? of.getReason() : e.getMessage();
        return reason == null ? e.getClass().getSimpleName() : reason;
    }
}
