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
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * Files and folders that are whole or absent. Everything is written under a temporary name beside its target, flushed
 * to the disk and renamed, so that a crash at any moment leaves the old state or the new one.
 */
public final class AtomicFiles {
    private static final String OLD = ".old";
    private static final Pattern LEFTOVER = Pattern.compile("\\.(.+)\\.tmp-\\d+-\\d+(\\.old)?");

    private AtomicFiles() {}

    /** Writes what goes into a temporary file or folder that does not exist yet. */
    @FunctionalInterface
    public interface Writer {
        void write(Path temporary) throws IOException;
    }

    /** Replaces {@code target} by the text, UTF-8. */
    public static void writeString(Path target, String text) throws IOException {
        writeFile(target, temporary -> Files.write(temporary, text.getBytes(StandardCharsets.UTF_8)));
    }

    /** Replaces {@code target} by the file that {@code writer} makes. */
    public static void writeFile(Path target, Writer writer) throws IOException {
        Path temporary = temporaryBeside(target);
        try {
            writer.write(temporary);
            sync(temporary);
            move(temporary, target);
            syncFolder(target);
        } finally {
            Files.deleteIfExists(temporary);
        }
    }

    /**
     * Replaces folder {@code target} by the one {@code writer} fills. POSIX cannot swap folders in one step, so the old
     * one is renamed aside first; a reader finds the old, none, or the new one, never half of one.
     */
    public static void writeFolder(Path target, Writer writer) throws IOException {
        Path temporary = temporaryBeside(target);
        Path old = target.resolveSibling(temporary.getFileName() + OLD);
        try {
            Files.createDirectories(temporary);
            writer.write(temporary);
            for (Path file : filesUnder(temporary)) {
                sync(file);
            }
            if (Files.exists(target)) {
                move(target, old);
            }
            move(temporary, target);
            syncFolder(target);
        } finally {
            deleteTree(temporary);
            deleteTree(old);
        }
    }

    /** Deletes a file or a folder with all that is in it; nothing if it is not there. */
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
     * Deletes the temporary files and folders that a killed process left under {@code root}. Nobody else may be writing
     * there. An old folder whose replacement did not get its name yet is given its name back.
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

    private static List<Path> filesUnder(Path folder) throws IOException {
        try (Stream<Path> walk = Files.walk(folder)) {
            return walk.filter(Files::isRegularFile).toList();
        }
    }

    private static void move(Path from, Path to) throws IOException {
        try {
            Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        } catch (AtomicMoveNotSupportedException e) {
            Files.move(from, to, StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void sync(Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
    }

    /** Makes the rename itself durable; where folders cannot be opened (Windows) there is nothing to do. */
    private static void syncFolder(Path target) throws IOException {
        Path parent = target.toAbsolutePath().getParent();
        if (parent == null
                || !parent.getFileSystem().supportedFileAttributeViews().contains("posix")) {
            return;
        }
        try (FileChannel channel = FileChannel.open(parent, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
