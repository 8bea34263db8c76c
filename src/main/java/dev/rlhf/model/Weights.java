package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The tensors of a body in the order that its kernel takes them, named as in the checkpoint. */
final class Weights {
    private final Parameters parameters;
    private final List<NDArray> list = new ArrayList<>();
    private final Set<Integer> linear = new TreeSet<>();
    private final Map<Integer, Float> scales = new HashMap<>();

    Weights(Parameters parameters) {
        this.parameters = parameters;
    }

    /** An embedding, or a norm's weight or bias. */
    Weights tensor(String name) {
        list.add(parameters.get(name));
        return this;
    }

    /** A linear layer in four places: weight, bias, LoRA A, LoRA B (the kernel {@code dense}). */
    Weights dense(String module) {
        return dense(module, parameters.get(module + ".weight"));
    }

    /** The same with another view of the weight. */
    Weights dense(String module, NDArray weight) {
        linear.add(list.size());
        list.add(weight);
        list.add(parameters.getOrEmpty(module + ".bias"));
        Adapters adapters = parameters.adapters();
        if (adapters != null && adapters.on(module)) {
            scales.put(list.size(), adapters.scale(module));
            list.add(adapters.a(module));
            list.add(adapters.b(module));
            parameters.adapted(module);
        } else {
            nothing(2);
        }
        return this;
    }

    /** Places for tensors that this model does not have. */
    Weights nothing(int places) {
        for (int i = 0; i < places; i++) {
            list.add(parameters.empty());
        }
        return this;
    }

    /**
     * All of them; with adapters among them, two more at the end, both on the host: what the kernel {@code adapted} reads.
     *
     * @param turned whether linear layers' weights are [in, out]
     */
    BodyWeights body(boolean turned) {
        Adapters adapters = parameters.adapters();
        List<NDArray> all = new ArrayList<>(list);
        if (adapters != null && !scales.isEmpty()) {
            float[] byPlace = new float[list.size()];
            scales.forEach((at, scale) -> byPlace[at] = scale);
            all.add(parameters.hostConstant(byPlace));
            all.add(adapters.dropout());
        }
        return new BodyWeights(parameters, all, linear, turned);
    }
}
