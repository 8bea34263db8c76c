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
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * AdamW (Loshchilov and Hutter 2019), numerically equal to {@code torch.optim.AdamW(fused=True)}. Parameters are fp32,
 * with moments m and v in fp32 on the same device, or in 8 bits (see {@link EightBitMoments}).
 *
 * <pre>
 * w ← w (1 - lr·λ);   m ← β1 m + (1-β1) g;   v ← β2 v + (1-β2) g²
 * w ← w - lr · (m / (1-β1^t)) / (sqrt(v / (1-β2^t)) + ε)
 * </pre>
 *
 * <p>Closed by its creator; the parameters belong to the model. One thread at a time.
 */
public final class AdamW implements AutoCloseable {
    /**
     * Outcome of a step.
     *
     * @param gradNorm joint L2 norm of all gradients before clipping
     * @param applied false if the norm was not finite: weights and moments are unchanged, the gradients are zero
     */
    public record Step(double gradNorm, boolean applied) {}

    /**
     * The moments of a group: those in fp32, in the order of {@code names} and {@code parameters}, and those in 8 bits.
     */
    private record Moments(
            ParameterGroup group,
            List<String> names,
            List<NDArray> parameters,
            List<NDArray> m,
            List<NDArray> v,
            List<EightBitMoments> eightBit,
            NDArray steps) {
        List<NDArray> all() {
            List<NDArray> all = new ArrayList<>(parameters);
            eightBit.forEach(one -> all.add(one.parameter()));
            return all;
        }
    }

    private final Torch torch;
    private final AdamWSettings settings;
    private final EightBitMoments.@Nullable Maps maps;
    private final List<Moments> groups;
    private final Map<String, NDArray> state = new LinkedHashMap<>();
    private long applied;
    private long skipped;

    /** @param groups names are unique over all groups */
    public AdamW(Torch torch, AdamWSettings settings, List<ParameterGroup> groups) {
        this.torch = torch;
        this.settings = settings;
        this.maps = settings.eightBits() ? EightBitMoments.Maps.create(torch) : null;
        this.groups = groups.stream()
                .filter(group -> !group.parameters().isEmpty())
                .map(this::moments)
                .toList();
    }

    private Moments moments(ParameterGroup group) {
        Moments moments = new Moments(
                group,
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                new ArrayList<>(),
                zeros(new Shape()));
        group.parameters().forEach((name, parameter) -> {
            if (maps != null && EightBitMoments.isFor(parameter.size())) {
                EightBitMoments own = EightBitMoments.create(torch, maps, name, parameter);
                own.state().forEach(this::remember);
                moments.eightBit().add(own);
            } else {
                moments.names().add(name);
                moments.parameters().add(parameter);
                moments.m().add(remember(name + ".exp_avg", zeros(parameter.getShape())));
                moments.v().add(remember(name + ".exp_avg_sq", zeros(parameter.getShape())));
            }
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
            List<NDArray> all = groups.stream()
                    .flatMap(group -> Gradients.of(group.all()).stream())
                    .toList();
            double norm = Gradients.clip(torch, all, maxGradNorm);
            boolean finite = Double.isFinite(norm);
            if (finite) {
                applied++;
            } else {
                skipped++;
            }
            for (int i = 0; finite && i < groups.size(); i++) {
                apply(groups.get(i), lr, ratios);
            }
            Gradients.zero(torch, all);
            return new Step(norm, finite);
        }
    }

    private void apply(Moments moments, double lr, @Nullable UpdateRatios ratios) {
        double rate = lr * moments.group().lrFactor();
        double decay = moments.group().weightDecay();
        List<NDArray> gradients = Gradients.of(moments.parameters());
        if (ratios != null) {
            applyMeasured(moments, gradients, rate, decay, ratios);
        } else if (!gradients.isEmpty()) {
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
        }
        boolean counted = !gradients.isEmpty();
        for (EightBitMoments one : moments.eightBit()) {
            boolean measured = ratios != null && UpdateRatios.isMatrix(one.parameter());
            NDArray norms = one.step(torch, moments.steps(), rate, settings, decay, !counted, measured);
            counted = true;
            if (measured) {
                add(Objects.requireNonNull(ratios), one.name(), norms);
            }
        }
    }

    private void applyMeasured(
            Moments moments, List<NDArray> gradients, double rate, double decay, UpdateRatios ratios) {
        for (int i = 0; i < gradients.size(); i++) {
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
                add(ratios, moments.names().get(i), norms);
            }
        }
    }

    private static void add(UpdateRatios ratios, String name, NDArray norms) {
        float[] both = norms.toFloatArray();
        ratios.add(name, both[0], both[1]);
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
     * as torch names them; moments in 8 bits are codes, with {@code NAME.exp_avg.absmax} and {@code
     * NAME.exp_avg_sq.absmax}. A checkpoint saves these tensors and is restored by writing into them.
     */
    public Map<String, NDArray> state() {
        return Collections.unmodifiableMap(state);
    }

    @Override
    public void close() {
        state.values().forEach(NDArray::close);
        if (maps != null) {
            maps.close();
        }
    }
}
