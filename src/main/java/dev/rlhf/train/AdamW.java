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
import org.jspecify.annotations.Nullable;

/**
 * AdamW (Loshchilov and Hutter 2019), numerically equal to {@code torch.optim.AdamW(fused=True)}. Parameters are fp32,
 * with moments m and v in fp32 on the same device.
 *
 * <pre>
 * w ← w (1 - lr·λ);   m ← β1 m + (1-β1) g;   v ← β2 v + (1-β2) g²
 * w ← w - lr · (m / (1-β1^t)) / (sqrt(v / (1-β2^t)) + ε)
 * </pre>
 *
 * <p>Closed by its creator; the parameters remain the model's. One thread at a time.
 */
public final class AdamW implements AutoCloseable {
    /** TRL's names: {@code adam_beta1, adam_beta2, adam_epsilon}. In RL ε is 1e-5 (Huang 2024). */
    public record Settings(double beta1, double beta2, double epsilon) {}

    /**
     * Outcome of a step.
     *
     * @param gradNorm joint L2 norm of all gradients before clipping
     * @param applied false if the norm was not finite: weights and moments are unchanged, the gradients are zero
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
            remember(name + ".step", moments.steps()); // one counter for all, since they never differ
        });
        return moments;
    }

    private NDArray zeros(Shape shape) {
        NDArray tensor = torch.manager().zeros(shape);
        NDScope.unregister(tensor); // outlives the scope it is created in
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
        return step(lr, maxGradNorm, null);
    }

    /**
     * See {@link #step(double, double)}.
     *
     * @param ratios receives the change of each matrix; null: not measured
     */
    public Step step(double lr, double maxGradNorm, @Nullable UpdateRatios ratios) {
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
                apply(groups.get(i), gradients.get(i), lr, ratios);
            }
            Gradients.zero(torch, all);
            return new Step(norm, finite);
        }
    }

    private void apply(Moments moments, List<NDArray> gradients, double lr, @Nullable UpdateRatios ratios) {
        double rate = lr * moments.group().lrFactor();
        double decay = moments.group().weightDecay();
        if (ratios == null) {
            torch.kernels()
                    .invoke(
                            "adamw",
                            moments.parameters(),
                            gradients,
                            moments.m(),
                            moments.v(),
                            moments.steps(),
                            rate,
                            settings.beta1(),
                            settings.beta2(),
                            decay,
                            settings.epsilon());
            return;
        }
        List<String> names = List.copyOf(moments.group().parameters().keySet());
        for (int i = 0; i < names.size(); i++) {
            NDArray norms = torch.kernels()
                    .call(
                            "adamw_measured",
                            List.of(moments.parameters().get(i)),
                            List.of(gradients.get(i)),
                            List.of(moments.m().get(i)),
                            List.of(moments.v().get(i)),
                            moments.steps(),
                            rate,
                            settings.beta1(),
                            settings.beta2(),
                            decay,
                            settings.epsilon(),
                            i == 0);
            if (UpdateRatios.isMatrix(moments.parameters().get(i))) {
                float[] both = norms.toFloatArray();
                ratios.add(names.get(i), both[0], both[1]);
            }
        }
    }

    /** Returns the number of steps that changed the parameters. */
    public long applied() {
        return applied;
    }

    /** Returns the number of steps skipped because their gradients were not finite. */
    public long skipped() {
        return skipped;
    }

    /**
     * Returns the live state, for each parameter {@code NAME.exp_avg}, {@code NAME.exp_avg_sq} and {@code NAME.step},
     * as torch names them. A checkpoint saves these tensors, and restores by writing into them.
     */
    public Map<String, NDArray> state() {
        return Collections.unmodifiableMap(state);
    }

    @Override
    public void close() {
        state.values().forEach(NDArray::close);
    }
}
