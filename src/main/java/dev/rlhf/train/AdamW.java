package dev.rlhf.train;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDScope;
import ai.djl.ndarray.types.Shape;
import dev.rlhf.tensor.Scope;
import dev.rlhf.tensor.Torch;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * AdamW (Loshchilov and Hutter 2019), numerically {@code torch.optim.AdamW(fused=True)}: every parameter of fp32 has moments m
 * and v in fp32 on its own device.
 *
 * <pre>
 * w ← w (1 - lr·λ);   m ← β1 m + (1-β1) g;   v ← β2 v + (1-β2) g²
 * w ← w - lr · (m / (1-β1^t)) / (sqrt(v / (1-β2^t)) + ε)
 * </pre>
 *
 * <p>Whoever makes it closes it; the parameters stay the model's. One thread at a time.
 */
public final class AdamW implements AutoCloseable {
    /** TRL's names: {@code adam_beta1, adam_beta2, adam_epsilon}. In RL ε is 1e-5 (Huang 2024). */
    public record Settings(double beta1, double beta2, double epsilon) {}

    /**
     * What a step did.
     *
     * @param gradNorm joint L2 norm of all gradients before clipping
     * @param applied false if the norm was not finite: nothing but the gradients was touched, and those are zero again
     */
    public record Step(double gradNorm, boolean applied) {}

    private record Moments(
            ParameterGroup group, List<NDArray> parameters, List<NDArray> m, List<NDArray> v, NDArray steps) {}

    private final Torch torch;
    private final Settings settings;
    private final List<Moments> groups;
    private final Map<String, NDArray> state = new LinkedHashMap<>();
    private long applied;
    private long skipped;

    /** @param groups names are unique over all groups */
    public AdamW(Torch torch, Settings settings, List<ParameterGroup> groups) {
        this.torch = torch;
        this.settings = settings;
        this.groups = groups.stream()
                .filter(group -> !group.parameters().isEmpty())
                .map(this::moments)
                .toList();
    }

    private Moments moments(ParameterGroup group) {
        Moments moments = new Moments(
                group,
                List.copyOf(group.parameters().values()),
                new ArrayList<>(),
                new ArrayList<>(),
                zeros(new Shape()));
        group.parameters().forEach((name, parameter) -> {
            moments.m().add(remember(name + ".exp_avg", zeros(parameter.getShape())));
            moments.v().add(remember(name + ".exp_avg_sq", zeros(parameter.getShape())));
            remember(name + ".step", moments.steps()); // one counter for all: they never differ
        });
        return moments;
    }

    private NDArray zeros(Shape shape) {
        NDArray tensor = torch.manager().zeros(shape);
        NDScope.unregister(tensor); // outlives any scope it was made in
        return tensor;
    }

    private NDArray remember(String name, NDArray tensor) {
        if (state.put(name, tensor) != null) {
            throw new IllegalArgumentException("two parameters named " + name);
        }
        return tensor;
    }

    /**
     * Clips the gradients that backward left in the parameters, applies them, and sets them to zero.
     *
     * @param lr learning rate of this step; each group multiplies it by its factor
     * @param maxGradNorm see {@link Gradients#clip}; over all groups together
     */
    public Step step(double lr, double maxGradNorm) {
        try (Scope _ = new Scope()) {
            List<List<NDArray>> gradients = groups.stream()
                    .map(group -> Gradients.of(group.parameters()))
                    .toList();
            List<NDArray> all = gradients.stream().flatMap(List::stream).toList();
            double norm = Gradients.clip(torch, all, maxGradNorm);
            boolean finite = Double.isFinite(norm);
            if (finite) {
                applied++;
            } else {
                skipped++;
            }
            for (int i = 0; finite && i < groups.size(); i++) {
                apply(groups.get(i), gradients.get(i), lr);
            }
            Gradients.zero(torch, all);
            return new Step(norm, finite);
        }
    }

    private void apply(Moments moments, List<NDArray> gradients, double lr) {
        torch.kernels()
                .invoke(
                        "adamw",
                        moments.parameters(),
                        gradients,
                        moments.m(),
                        moments.v(),
                        moments.steps(),
                        lr * moments.group().lrFactor(),
                        settings.beta1(),
                        settings.beta2(),
                        moments.group().weightDecay(),
                        settings.epsilon());
    }

    /** Steps since it was made that changed the parameters. */
    public long applied() {
        return applied;
    }

    /** Steps since it was made whose gradients were not finite and were not applied. */
    public long skipped() {
        return skipped;
    }

    /**
     * The live state, {@code NAME.exp_avg}, {@code NAME.exp_avg_sq} and {@code NAME.step} a parameter, as torch names them: what
     * a checkpoint saves, and what it restores by writing into these very tensors.
     */
    public Map<String, NDArray> state() {
        return Collections.unmodifiableMap(state);
    }

    @Override
    public void close() {
        state.values().forEach(NDArray::close);
    }
}
