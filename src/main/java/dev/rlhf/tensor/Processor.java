package dev.rlhf.tensor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** The properties of the CPU that decide between libraries. */
final class Processor {
    private static final Path CPUINFO = Path.of("/proc/cpuinfo");

    private Processor() {}

    /** Whether Linux reports an Intel processor; false on other systems. */
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
