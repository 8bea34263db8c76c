package dev.rlhf.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What the CPU is, as far as it decides between libraries. */
final class Processor {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");

    private Processor() {}

    /** Whether Linux says that Intel made it; false where that cannot be known. */
    static boolean isIntel() {
        if (!Files.isReadable(CPUINFO)) {
            return false;
        }
        try (Stream<String> lines = Files.lines(CPUINFO)) {
            return lines.anyMatch(line -> line.startsWith("vendor_id") && line.endsWith("GenuineIntel"));
        } catch (IOException e) {
            return false;
        }
    }
}
