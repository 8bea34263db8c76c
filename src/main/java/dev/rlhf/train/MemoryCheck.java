package dev.rlhf.train;

import com.sun.management.OperatingSystemMXBean;
import dev.rlhf.base.InputException;
import dev.rlhf.tensor.MemoryUsage;
import dev.rlhf.tensor.Torch;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/**
 * The check that a run fits into the device's memory: compares its {@link MemoryPlan} with the memory that there is
 * before the first step, and with the peak after the last.
 */
public final class MemoryCheck {
    private static final double GIB = MemoryPlan.GIB;

    private final Torch torch;
    private final PrintStream console;
    private final Variants variants;
    private final boolean checkpointing;
    private final int rows;
    private final long available;
    private final long program;
    private final long planned;

    /** Plans the run with other values of some options. */
    @FunctionalInterface
    public interface Variants {
        /**
         * @param checkpointing {@code gradient_checkpointing}
         * @param rows {@code per_device_train_batch_size}
         */
        MemoryPlan of(boolean checkpointing, int rows);
    }

    private MemoryCheck(
            Torch torch, PrintStream console, Variants variants, MemoryOptions options, int rows, long available) {
        this.torch = torch;
        this.console = console;
        this.variants = variants;
        this.checkpointing = options.gradient_checkpointing();
        this.rows = rows;
        this.available = available;
        MemoryPlan plan = variants.of(checkpointing, rows);
        this.program = plan.program();
        this.planned = plan.total(program, available);
        console.println(plan.describe(program, available));
    }

    /**
     * Prints the plan of a run, and limits the host memory to it ({@link Torch#limitHostMemory}).
     *
     * @param rows {@code per_device_train_batch_size}
     * @throws InputException if the device has less memory, with options that would make the run fit
     */
    public static MemoryCheck of(Torch torch, PrintStream console, Variants variants, MemoryOptions options, int rows) {
        return of(torch, console, variants, options, rows, available(torch));
    }

    /** @param available the device's memory in bytes */
    static MemoryCheck of(
            Torch torch, PrintStream console, Variants variants, MemoryOptions options, int rows, long available) {
        MemoryCheck check = new MemoryCheck(torch, console, variants, options, rows, available);
        check.requireFit();
        torch.limitHostMemory(check.planned);
        return check;
    }

    private static long available(Torch torch) {
        return torch.gpu()
                .map(gpu -> gpu.memory())
                .orElseGet(() -> ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                        .getTotalMemorySize());
    }

    private void requireFit() {
        if (planned > available) {
            throw new InputException(String.format(
                    Locale.ROOT,
                    "this run needs about %.1f GiB, but %s has %.1f; %s",
                    planned / GIB,
                    torch.onGpu() ? "the GPU" : "the machine",
                    available / GIB,
                    advice()));
        }
    }

    /** Returns which changes of options would make the run fit. */
    private String advice() {
        List<String> fitting = new ArrayList<>();
        if (!checkpointing) {
            bytesIfFits(true, rows).ifPresent(bytes -> fitting.add(option("gradient_checkpointing: true", bytes)));
        }
        addFewerRows(fitting, checkpointing, "");
        if (fitting.isEmpty() && !checkpointing) {
            addFewerRows(fitting, true, " and gradient_checkpointing: true");
        }
        if (fitting.isEmpty()) {
            addFewerEpisodes(fitting);
        }
        MemoryPlan least = variants.of(true, 1);
        long eightBits = least.total(program, available) - least.savedByEightBits();
        if (fitting.isEmpty() && eightBits <= available) {
            fitting.add(option(
                    "optim: adamw_8bit, gradient_checkpointing: true and per_device_train_batch_size: 1", eightBits));
        }
        return fitting.isEmpty()
                ? "no batch size makes it fit: " + least.remedies()
                : "it would fit with " + String.join(", or with ", fitting);
    }

    /** Adds the largest smaller batch that fits, halving it each time, if there is one. */
    private void addFewerRows(List<String> fitting, boolean checkpointed, String with) {
        for (int fewer = rows / 2; fewer >= 1; fewer /= 2) {
            OptionalLong bytes = bytesIfFits(checkpointed, fewer);
            if (bytes.isPresent()) {
                fitting.add(option("per_device_train_batch_size: " + fewer + with, bytes.getAsLong()));
                return;
            }
        }
    }

    /** Adds the largest smaller rollout that fits, halving it each time, if there is one. */
    private void addFewerEpisodes(List<String> fitting) {
        MemoryPlan plan = variants.of(checkpointing, rows);
        for (int fewer = plan.episodes() / 2; fewer >= 1; fewer /= 2) {
            long bytes = plan.totalWith(fewer, program, available);
            if (bytes <= available) {
                fitting.add(option("rollout_batch_size: " + fewer, bytes));
                return;
            }
        }
    }

    private OptionalLong bytesIfFits(boolean checkpointed, int fewer) {
        long total = variants.of(checkpointed, fewer).total(program, available);
        return total <= available ? OptionalLong.of(total) : OptionalLong.empty();
    }

    private static String option(String options, long bytes) {
        return String.format(Locale.ROOT, "%s (%.1f GiB)", options, bytes / GIB);
    }

    /** Returns the bytes that the run is planned to need. */
    public long planned() {
        return planned;
    }

    /** Prints the planned memory and the peak measured since the stage began. */
    public void printPeak() {
        MemoryUsage memory = torch.memory();
        long peak = torch.onGpu() ? memory.peakGpu() : memory.peakResident();
        console.printf(Locale.ROOT, "memory: %.2f GiB planned, %.2f GiB at most%n", planned / GIB, peak / GIB);
    }
}
