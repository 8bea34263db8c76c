package dev.rlhf.train;

import dev.rlhf.model.Parameters;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.MemoryUsage;
import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * An estimate of the memory that a training run needs on its device, made before the first step. It is the sum of the
 * memory used throughout and the largest of passes and rollouts, which follow one another. {@link MemoryCheck} compares
 * it with the memory that there is.
 */
public final class MemoryPlan {
    static final double GIB = 1L << 30;

    /** Bytes by which Java heap, compiled code and thread stacks grow after the plan is made. */
    private static final long GROWTH = 100L << 20;

    private final Torch torch;
    private long weights;
    private long gradients;
    private long optimizer;
    private long eightBitOptimizer;
    private long loaded;
    private boolean allWeights;
    private boolean quantized;
    private boolean float32;
    private PassMemory pass = PassMemory.NONE;
    private boolean varying;
    private int episodes;
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
        eightBitOptimizer +=
                OptimizerOptions.eightBitMomentBytes(parameters.trained().values());
        loaded += trained;
        weights += trained;
        allWeights |= parameters.trainable();
        quantized |= parameters.quantized();
        float32 |= parameters.compute() == Dtype.FLOAT32;
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

    /** Sets whether the sizes of passes differ from step to step, because rows end at any length. */
    public MemoryPlan varying(boolean sizesDiffer) {
        varying = sizesDiffer;
        return this;
    }

    /**
     * Sets the memory of a rollout.
     * @param episodes {@code rollout_batch_size}
     * @param cache the size of the KV cache in bytes
     * @param copies the size in bytes of the copy of the weights for generation, which is made only if it takes at most
     *     half of the remaining memory
     * @param steps the number of generation steps in the whole run; many of them load inlined kernels
     */
    public MemoryPlan rollout(int episodes, long cache, long copies, long steps) {
        this.episodes = episodes;
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

    /** Returns the bytes that the run needs with fewer episodes at a time; other parameters as in {@link #total}. */
    long totalWith(int fewerEpisodes, long program, long available) {
        long all = cache;
        cache = all * fewerEpisodes / episodes;
        long total = total(program, available);
        cache = all;
        return total;
    }

    /** Returns {@code rollout_batch_size}; 0: there is no rollout. */
    int episodes() {
        return episodes;
    }

    /** Returns the bytes that the optimizer needs less if its moments have 8 bits. */
    long savedByEightBits() {
        return optimizer - eightBitOptimizer;
    }

    /** Returns what needs less memory than this run with any batch size. */
    String remedies() {
        List<String> remedies = new ArrayList<>();
        if (allWeights) {
            remedies.add("adapters (use_peft: true)");
        }
        if (!quantized) {
            remedies.add((allWeights ? "these on " : "") + "weights in 4 bits (load_in_4bit: true)");
        }
        if (float32) {
            remedies.add("dtype: bfloat16");
        }
        remedies.add("shorter sequences");
        return "try " + String.join(", ", remedies) + " or a smaller model";
    }
}
