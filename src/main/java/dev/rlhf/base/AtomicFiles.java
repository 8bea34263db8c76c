package dev.rlhf.base;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Writes files and folders atomically. Everything is written under a temporary name in the target's folder, flushed to
 * disk and renamed, so after a crash either the old or the new state exists.
 */
public final class AtomicFiles {
    private static final String OLD = ".old";
    private static final Pattern LEFTOVER = Pattern.compile("\\.(.+)\\.tmp-\\d+-\\d+(\\.old)?");

    private AtomicFiles() {}

    /** Writes a temporary file or folder that does not exist yet. */
    @FunctionalInterface
    public interface Writer {
        void write(Path temporary) throws IOException;
    }

    /** Replaces {@code target} with a UTF-8 text. */
    public static void writeString(Path target, String text) throws IOException {
        writeFile(target, temporary -> Files.write(temporary, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Replaces {@code target} with the file that {@code writer} writes. */
    public static void writeFile(Path target, Writer writer) throws IOException {
        Path temporary = temporaryBeside(target);
        try {
            writer.write(temporary);
            sync(temporary);
            move(temporary, target);
            sync(Objects.requireNonNull(temporary.getParent()));
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * Replaces folder {@code target} with the one that {@code writer} fills. POSIX cannot exchange folders in one step,
     * so the old folder is renamed first; a reader sees the old folder, none, or the new one, but never a partial one.
     */
    public static void writeFolder(Path target, Writer writer) throws IOException {
        Path temporary = temporaryBeside(target);
        Path old = target.resolveSibling(temporary.getFileName() + OLD);
        try {
            Files.createDirectories(temporary);
            writer.write(temporary);
            for (Path path : filesAndFolders(temporary)) {
                sync(path);
            }
            if (Files.exists(target)) {
                move(target, old);
            }
            move(temporary, target);
            sync(Objects.requireNonNull(temporary.getParent()));
        } finally {
            deleteTree(temporary);
            deleteTree(old);
        }
    }

    /** Deletes a file, or a folder with its content; does nothing if it does not exist. */
    public static void deleteTree(Path root) throws IOException {
        if (!Files.exists(root)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(root)) {
            for (Path path : walk.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }

    /**
     * Deletes the temporary files and folders that a killed process left under {@code root}, and renames an old folder
     * back if it had not been replaced. No other process may be writing there.
     */
    public static void deleteLeftovers(Path root) throws IOException {
        if (!Files.isDirectory(root)) {
            return;
        }
        List<Path> leftovers;
        try (Stream<Path> walk = Files.walk(root)) {
            leftovers = walk.filter(path ->
                            LEFTOVER.matcher(String.valueOf(path.getFileName())).matches())
                    .toList();
        }
        for (Path leftover : leftovers) {
            Matcher name = LEFTOVER.matcher(leftover.getFileName().toString());
            Path target = name.matches() ? leftover.resolveSibling(name.group(1)) : leftover;
            if (leftover.toString().endsWith(OLD) && !Files.exists(target)) {
                move(leftover, target);
            } else {
                deleteTree(leftover);
            }
        }
    }

    private static Path temporaryBeside(Path target) throws IOException {
        Path absolute = target.toAbsolutePath();
        Path parent = absolute.getParent();
        if (parent == null) {
            throw new IOException(target + " has no folder");
        }
        Files.createDirectories(parent);
        return parent.resolve(
                "." + absolute.getFileName() + ".tmp-" + ProcessHandle.current().pid() + "-" + System.nanoTime());
    }

    private static List<Path> filesAndFolders(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(path -> Files.isRegularFile(path) || Files.isDirectory(path))
                    .toList();
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    /**
     * Flushes a file's content, or the names in a folder, to disk. Does nothing for folders on systems where these
     * cannot be opened (Windows).
     */
    private static void sync(Path path) throws IOException {
        boolean folder = Files.isDirectory(path);
        if (folder && !path.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        try (FileChannel channel =
                FileChannel.open(path, folder ? StandardOpenOption.READ : StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }
}
