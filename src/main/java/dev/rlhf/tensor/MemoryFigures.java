package dev.rlhf.tensor;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * Memory of this process in bytes, native tensors included.
 *
 * @param resident host memory now
 * @param peakResident the most it ever was
 * @param gpu device memory in use on the chosen GPU (by everyone on it); 0 on CPU
 */
public record MemoryFigures(long resident, long peakResident, long gpu) {
    private static final Path STATUS = Path.of("/proc/self/status");

    /** Memory of the machine, or of the container, that this process does not hold; others may. */
    public long spare() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize() - resident;
    }

    static MemoryFigures ofThisProcess(long gpu) {
        if (!Files.isReadable(STATUS)) {
            long heap =
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            return new MemoryFigures(heap, heap, gpu); // not Linux: the Java heap is all that can be said
        }
        try {
            List<String> lines = Files.readAllLines(STATUS);
            return new MemoryFigures(kib(lines, "VmRSS:"), kib(lines, "VmHWM:"), gpu);
        } catch (IOException e) {
            return new MemoryFigures(0, 0, gpu);
        }
    }

    private static long kib(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElse(0);
    }
}
