package dev.rlhf.tensor;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * The memory of this process in bytes, native tensors included.
 *
 * @param resident current host memory
 * @param peakResident its peak since the process started, or since the last {@link #resetPeak}
 * @param gpu memory of tensors on the chosen GPU, as libtorch's allocator counts it; 0 on the CPU
 * @param peakGpu its peak since the process started
 */
public record MemoryUsage(long resident, long peakResident, long gpu, long peakGpu) {
    private static final Path STATUS = Path.of("/proc/self/status");
    private static final Path CLEAR_REFS = Path.of("/proc/self/clear_refs");
    private static final String RESET_PEAK = "5"; // proc_pid_clear_refs(5): VmHWM becomes VmRSS

    /** Returns the memory of the machine or container that this process does not use; other processes may use it. */
    public long spare() {
        return ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class).getTotalMemorySize() - resident;
    }

    /** Returns the host memory only; the GPU's is 0. */
    public static MemoryUsage ofThisProcess() {
        return ofThisProcess(new CudaRuntime.DeviceMemory(0, 0));
    }

    static MemoryUsage ofThisProcess(CudaRuntime.DeviceMemory gpu) {
        if (!Files.isReadable(STATUS)) {
            long heap =
                    Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
            // not Linux: only the Java heap is known
            return new MemoryUsage(heap, heap, gpu.current(), gpu.peak());
        }
        try {
            List<String> lines = Files.readAllLines(STATUS);
            return new MemoryUsage(kib(lines, "VmRSS:"), kib(lines, "VmHWM:"), gpu.current(), gpu.peak());
        } catch (IOException e) {
            return new MemoryUsage(0, 0, gpu.current(), gpu.peak());
        }
    }

    /**
     * Returns free memory of the Java heap and of the C library (whose trim threshold the launcher sets high) to the
     * system. To be called after a model is closed and before work of another kind. Skips steps that the system does
     * not support (another C library).
     */
    public static void releaseFree() {
        System.gc();
        trim();
    }

    /**
     * Returns free memory to the system, and resets the peak. To be called before work that is independent of earlier
     * work. Skips steps that the system does not support (not Linux, another C library, a sandbox).
     */
    public static void resetPeak() {
        releaseFree();
        try {
            Files.writeString(CLEAR_REFS, RESET_PEAK);
        } catch (IOException e) {
            // no such file, or not allowed: the peak is that of the whole process
        }
    }

    /** Returns the C library's free memory to the system, if the library can do that. */
    static void trim() {
        Linker linker = Linker.nativeLinker();
        linker.defaultLookup()
                .find("malloc_trim")
                .ifPresent(address -> NativeCall.run(
                        () -> (int) linker.downcallHandle(address, FunctionDescriptor.of(JAVA_INT, JAVA_LONG))
                                .invokeExact(0L)));
    }

    private static long kib(List<String> lines, String key) {
        return lines.stream()
                .filter(line -> line.startsWith(key))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) << 10)
                .findFirst()
                .orElse(0);
    }
}
