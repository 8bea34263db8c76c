package dev.rlhf.train;

import ai.djl.ndarray.NDArray;
import dev.rlhf.tensor.Torch;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * {@link AdamW} on the trained parameters of one model, with the learning-rate schedule and the gradient clipping of
 * {@link OptimizerOptions}. One thread at a time; close it after training. The parameters belong to the model.
 */
public final class Optimizer implements AutoCloseable {
    private final Torch torch;
    private final OptimizerOptions options;
    private final Schedule schedule;
    private final double factor;
    private final Map<String, NDArray> parameters = new LinkedHashMap<>();
    private final AdamW adam;

    /**
     * @param trained parameters with gradients, by name
     * @param steps the number of optimizer steps of the whole run, which the schedule covers
     */
    public Optimizer(Torch torch, Map<String, NDArray> trained, OptimizerOptions options, long steps) {
        this(torch, "", trained, options, steps, 1);
    }

    /**
     * @param prefix precedes every name in {@link #state}, where several models are saved together
     * @param factor multiplies the learning rate of every step
     */
    public Optimizer(
            Torch torch,
            String prefix,
            Map<String, NDArray> trained,
            OptimizerOptions options,
            long steps,
            double factor) {
        this.torch = torch;
        this.options = options;
        this.schedule = options.schedule(steps);
        this.factor = factor;
        trained.forEach((name, tensor) -> parameters.put(prefix + name, tensor));
        this.adam = new AdamW(torch, options.adam(), ParameterGroup.of(parameters, options.weight_decay()));
    }

    /** Returns the learning rate of a step, counted from 1. */
    public double rate(long step) {
        return options.learning_rate() * schedule.multiplier(step - 1) * factor;
    }

    /**
     * Clips the gradients left by backward, applies them at the rate of {@code step} (from 1), and sets them to zero.
     * If the process then has more memory than planned, its free memory is returned to the system.
     */
    public AdamW.Step step(long step) {
        AdamW.Step done = adam.step(rate(step), options.max_grad_norm());
        torch.returnFreeMemory();
        return done;
    }

    /** See {@link #step(long)}; {@code ratios} receives the change of each matrix. */
    public AdamW.Step step(long step, UpdateRatios ratios) {
        AdamW.Step done = adam.step(rate(step), options.max_grad_norm(), ratios);
        torch.returnFreeMemory();
        return done;
    }

    /**
     * Returns the parameters and the moments of {@link AdamW#state}: live tensors, which a saved state is copied into.
     */
    Map<String, NDArray> state() {
        Map<String, NDArray> state = new LinkedHashMap<>(parameters);
        state.putAll(adam.state());
        return state;
    }

    /**
     * Steps of an optimizer.
     *
     * @param applied those that changed the parameters
     * @param skipped those whose gradients were not finite
     */
    public record Counts(long applied, long skipped) {}

    /** Returns whether no parameter is NaN or infinite: then their joint norm is not either. */
    boolean isFinite() {
        if (parameters.isEmpty()) {
            return true;
        }
        try (NDArray norm = torch.kernels().call("grad_norm", List.copyOf(parameters.values()))) {
            return Float.isFinite(norm.getFloat());
        }
    }

    Counts counts() {
        return new Counts(adam.applied(), adam.skipped());
    }

    @Override
    public void close() {
        adam.close();
    }
}
