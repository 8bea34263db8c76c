package dev.rlhf.train;

import com.sun.management.OperatingSystemMXBean;
import dev.rlhf.base.InputException;
import dev.rlhf.model.Parameters;
import dev.rlhf.tensor.MemoryUsage;
import dev.rlhf.tensor.Torch;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An estimate of the memory that a training run needs on its device, made before the first step. It is the sum of the
 * memory used throughout and the largest of passes and rollouts, which follow one another.
 */
public final class MemoryPlan {
    private static final double GIB = 1L << 30;
    /** Bytes by which Java heap, compiled code and thread stacks grow after the plan is made. */
    private static final long GROWTH = 250L << 20;

    private final Torch torch;
    private long weights;
    private long gradients;
    private long optimizer;
    private long loaded;
    private PassMemory pass = PassMemory.NONE;
    private boolean varying;
    private long cache;
    private long copies;
    private long kernels;

    public MemoryPlan(Torch torch) {
        this.torch = torch;
    }

    /** Adds a model in training: all its weights, including frozen ones, its gradients and AdamW's two moments. */
    public MemoryPlan trained(Parameters parameters, OptimizerOptions options) {
        long trained = Float.BYTES * parameters.trainedCount();
        gradients += trained;
        optimizer += options.momentBytes(parameters.trained().values());
        loaded += trained;
        weights += trained;
        return frozen(parameters);
    }

    /** Adds a frozen model: the weights that it does not borrow from another model. */
    public MemoryPlan frozen(Parameters parameters) {
        weights += parameters.sizes().frozenBytes();
        loaded += parameters.sizes().frozenLoadedBytes();
        return this;
    }

    /** Adds a pass. */
    public MemoryPlan pass(PassMemory another) {
        pass = pass.max(another);
        return this;
    }

    /** Sets whether the sizes of passes differ from step to step, as those of rows without padding do. */
    public MemoryPlan varying(boolean sizesDiffer) {
        varying = sizesDiffer;
        return this;
    }

    /**
     * Sets the memory of a rollout.
     * @param cache the size of the KV cache in bytes
     * @param copies the size in bytes of the copy of the weights for generation, which is made only if it takes at most
     *     half of the remaining memory
     * @param steps the number of generation steps in the whole run; many of them load inlined kernels
     */
    public MemoryPlan rollout(long cache, long copies, long steps) {
        this.cache = cache;
        this.copies = copies;
        this.kernels = torch.kernels().inlinedBytes(steps);
        return this;
    }

    /** Returns the memory of the process without its models; 0 on a GPU. */
    private long program() {
        return torch.onGpu() ? 0 : Math.max(0, MemoryUsage.ofThisProcess().resident() - loaded) + GROWTH + kernels;
    }

    private PassMemory pass() {
        return varying && !torch.onGpu() ? pass.ofVaryingSize() : pass;
    }

    private long held(long program) {
        return weights + gradients + optimizer + program;
    }

    private long rolloutBytes(long program, long available) {
        return cache + (copies <= (available - held(program)) / 2 ? copies : 0);
    }

    private long total(long program, long available) {
        return held(program) + Math.max(pass().total(), rolloutBytes(program, available));
    }

    /** Plans the run with other values of some options. */
    @FunctionalInterface
    public interface Variants {
        /** @param rows {@code per_device_train_batch_size} */
        MemoryPlan of(boolean checkpointing, int rows);
    }

    /**
     * Prints the plan of a run, and limits the host memory to it ({@link Torch#limitHostMemory}).
     *
     * @throws InputException if the device has less memory, with options that would make the run fit
     */
    public static Checked check(Torch torch, PrintStream console, Variants variants, MemoryOptions options, int rows) {
        return check(torch, console, variants, options, rows, available(torch));
    }

    static Checked check(
            Torch torch, PrintStream console, Variants variants, MemoryOptions options, int rows, long available) {
        MemoryPlan plan = variants.of(options.gradient_checkpointing(), rows);
        long program = plan.program();
        long total = plan.total(program, available);
        long rollout = plan.rolloutBytes(program, available);
        console.printf(
                Locale.ROOT,
                "memory plan, GiB: weights %.2f, gradients %.2f, optimizer %.2f, activations %.2f, logits %.2f%s%s; at"
                        + " most %.2f of %.1f%n",
                plan.weights / GIB,
                plan.gradients / GIB,
                plan.optimizer / GIB,
                plan.pass().activations() / GIB,
                plan.pass().logits() / GIB,
                rollout == 0
                        ? ""
                        : String.format(Locale.ROOT, ", rollout %.2f (freed before the passes)", rollout / GIB),
                program == 0 ? "" : String.format(Locale.ROOT, ", program %.2f", program / GIB),
                total / GIB,
                available / GIB);
        if (total > available) {
            throw new InputException(String.format(
                    Locale.ROOT,
                    "this run needs about %.1f GiB, but %s has %.1f; %s",
                    total / GIB,
                    torch.onGpu() ? "the GPU" : "the machine",
                    available / GIB,
                    advice(variants, options, rows, program, available)));
        }
        torch.limitHostMemory(total);
        return new Checked(torch, console, total);
    }

    private static String advice(Variants variants, MemoryOptions options, int rows, long program, long available) {
        List<String> fitting = new ArrayList<>();
        if (!options.gradient_checkpointing()) {
            add(fitting, "gradient_checkpointing: true", variants.of(true, rows).total(program, available), available);
        }
        addFewerRows(fitting, "", options.gradient_checkpointing(), variants, rows, program, available);
        if (fitting.isEmpty() && !options.gradient_checkpointing()) {
            addFewerRows(fitting, " and gradient_checkpointing: true", true, variants, rows, program, available);
        }
        return fitting.isEmpty()
                ? "no batch size makes it fit: train adapters (use_peft: true), on weights in 4 bits (load_in_4bit:"
                        + " true), use dtype bfloat16, or a smaller model"
                : "it would fit with " + String.join(", or with ", fitting);
    }

    private static void addFewerRows(
            List<String> fitting,
            String with,
            boolean checkpointing,
            Variants variants,
            int rows,
            long program,
            long available) {
        for (int fewer = rows / 2; fewer >= 1; fewer /= 2) {
            long total = variants.of(checkpointing, fewer).total(program, available);
            if (add(fitting, "per_device_train_batch_size: " + fewer + with, total, available)) {
                return;
            }
        }
    }

    private static boolean add(List<String> fitting, String options, long total, long available) {
        if (total <= available) {
            fitting.add(String.format(Locale.ROOT, "%s (%.1f GiB)", options, total / GIB));
        }
        return total <= available;
    }

    private static long available(Torch torch) {
        return torch.gpu()
                .map(gpu -> gpu.memory())
                .orElseGet(() -> ManagementFactory.getPlatformMXBean(OperatingSystemMXBean.class)
                        .getTotalMemorySize());
    }

    /** A plan that fits. */
    public record Checked(Torch torch, PrintStream console, long planned) {
        /** Prints the planned memory and the peak measured since the stage began. */
        public void measured() {
            MemoryUsage memory = torch.memory();
            long peak = torch.onGpu() ? memory.peakGpu() : memory.peakResident();
            console.printf(Locale.ROOT, "memory: %.2f GiB planned, %.2f GiB at most%n", planned / GIB, peak / GIB);
        }
    }
}
