package dev.rlhf.tensor;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Recognises failures caused by a lack of memory in the Java heap, on the host (libtorch's CPU allocator) or on a GPU.
 */
public final class OutOfMemory {
    private static final Pattern CPU_ALLOCATOR = Pattern.compile(
            "DefaultCPUAllocator: (?:can't allocate|not enough) memory: you tried to allocate (\\d+) bytes");
    private static final Pattern CUDA =
            Pattern.compile("CUDA out of memory\\. Tried to allocate ([\\d.]+ \\w+)|CUDA error: out of "
                    + "memory|CUBLAS_STATUS_ALLOC_FAILED");
    private static final double GIB = 1L << 30;

    private OutOfMemory() {}

    /**
     * Returns a clause that says which memory was exhausted, without advice on batch sizes; empty if the failure has
     * another cause.
     *
     * @param failure the failure; its causes are searched too
     */
    public static Optional<String> describe(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            Optional<String> shortage = describeOne(each);
            if (shortage.isPresent()) {
                return shortage;
            }
        }
        return Optional.empty();
    }

    private static Optional<String> describeOne(Throwable failure) {
        String message = failure.getMessage() == null ? "" : failure.getMessage();
        if (failure instanceof OutOfMemoryError) {
            return message.contains("native thread") ? Optional.empty() : Optional.of(heap());
        }
        Matcher cpu = CPU_ALLOCATOR.matcher(message);
        if (cpu.find()) {
            return Optional.of("out of memory: this process holds %s, and the system refused it %s more"
                    .formatted(
                            gib((double) MemoryUsage.ofThisProcess().resident()),
                            gib(Double.parseDouble(cpu.group(1)))));
        }
        if (message.contains("std::bad_alloc")) {
            return Optional.of("out of memory: this process holds %s, and the system refused it more"
                    .formatted(gib((double) MemoryUsage.ofThisProcess().resident())));
        }
        Matcher cuda = CUDA.matcher(message);
        if (cuda.find()) {
            return Optional.of("out of GPU memory"
                    + (cuda.group(1) == null ? "" : ": an allocation of " + cuda.group(1) + " failed"));
        }
        return Optional.empty();
    }

    private static String heap() {
        long limit = Runtime.getRuntime().maxMemory();
        return "out of memory: the Java heap (%s) is full; raise it with RLHF_JAVA_OPTS=-Xmx%dg"
                .formatted(gib((double) limit), Math.max(2, Math.round(2 * limit / GIB)));
    }

    private static String gib(double bytes) {
        return String.format(Locale.ROOT, "%.1f GiB", bytes / GIB);
    }
}
