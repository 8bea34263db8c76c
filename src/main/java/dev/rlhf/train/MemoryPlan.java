package dev.rlhf.train;

import dev.rlhf.model.Parameters;
import dev.rlhf.tensor.MemoryUsage;
import dev.rlhf.tensor.Torch;
import java.util.Locale;

/**
 * An estimate of the memory that a training run needs on its device, made before the first step. It is the sum of the
 * memory used throughout and the largest of passes and rollouts, which follow one another. {@link MemoryCheck} compares
 * it with the memory that there is.
 */
public final class MemoryPlan {
    static final double GIB = 1L << 30;

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

    /** Returns the bytes that the process has and will need without its models; 0 on a GPU. */
    long program() {
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

    /**
     * Returns the bytes that the run needs.
     *
     * @param program the result of {@link #program}
     * @param available the device's memory in bytes
     */
    long total(long program, long available) {
        return held(program) + Math.max(pass().total(), rolloutBytes(program, available));
    }

    /** Describes the plan in one line; parameters as in {@link #total}. */
    String describe(long program, long available) {
        long rollout = rolloutBytes(program, available);
        return String.format(
                Locale.ROOT,
                "memory plan, GiB: weights %.2f, gradients %.2f, optimizer %.2f, activations %.2f, logits %.2f%s%s; at"
                        + " most %.2f of %.1f",
                weights / GIB,
                gradients / GIB,
                optimizer / GIB,
                pass().activations() / GIB,
                pass().logits() / GIB,
                rollout == 0
                        ? ""
                        : String.format(Locale.ROOT, ", rollout %.2f (freed before the passes)", rollout / GIB),
                program == 0 ? "" : String.format(Locale.ROOT, ", program %.2f", program / GIB),
                total(program, available) / GIB,
                available / GIB);
    }
}
