package dev.rlhf.tensor;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The NVIDIA driver of a Linux machine, found without libtorch.
 *
 * @param device whether there is an NVIDIA GPU, usable or not
 * @param version {@code 550.54.15}; empty if unknown
 * @param library whether the driver's CUDA library can be loaded; a container started without its GPUs lacks it
 */
record NvidiaDriver(boolean device, String version, boolean library) {
    private static final Pattern VERSION = Pattern.compile("\\b\\d{3,4}\\.\\d+(?:\\.\\d+)?\\b");

    /** Returns the driver of this machine. */
    static NvidiaDriver detect() {
        return detect(Path.of("/"), libraryLoads());
    }

    /** @param root the root of the file system */
    static NvidiaDriver detect(Path root, boolean library) {
        boolean device = has(root.resolve("proc/driver/nvidia/gpus"), ".*")
                || has(root.resolve("dev"), "nvidia\\d+")
                || (library && Files.exists(root.resolve("dev/dxg"))); // Windows Subsystem for Linux
        return new NvidiaDriver(device, version(root.resolve("proc/driver/nvidia/version")), library);
    }

    private static boolean has(Path folder, String name) {
        if (!Files.isDirectory(folder)) {
            return false;
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.anyMatch(entry -> String.valueOf(entry.getFileName()).matches(name));
        } catch (IOException e) {
            return false;
        }
    }

    private static String version(Path file) {
        try (Stream<String> lines = Files.lines(file)) {
            Matcher matcher = VERSION.matcher(lines.findFirst().orElse(""));
            return matcher.find() ? matcher.group() : "";
        } catch (IOException e) {
            return "";
        }
    }

    /** Returns whether this process can load the driver's CUDA library, which a part of libtorch's CUDA build needs. */
    static boolean libraryLoads() {
        try {
            SymbolLookup.libraryLookup("libcuda.so.1", Arena.global());
            return true;
        } catch (IllegalArgumentException e) {
            return false;
        }
    }
}
