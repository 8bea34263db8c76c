package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.model.lora.Adapters;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Builds {@link BodyWeights}: collects a body's tensors, named as in the checkpoint, in the order in which its kernel
 * takes them.
 */
final class Weights {
    private final Parameters parameters;
    private final List<NDArray> list = new ArrayList<>();
    private final Set<Integer> linear = new TreeSet<>();
    private final Map<Integer, Float> scales = new HashMap<>();

    Weights(Parameters parameters) {
        this.parameters = parameters;
    }

    /** Adds an embedding, or a norm's weight or bias. */
    Weights tensor(String name) {
        list.add(parameters.get(name));
        return this;
    }

    /** Adds a linear layer as four elements: weight, bias, LoRA A, LoRA B (the kernel {@code dense}). */
    Weights dense(String module) {
        return dense(module, parameters.get(module + ".weight"));
    }

    /** Adds a linear layer with another view of its weight. */
    Weights dense(String module, NDArray weight) {
        linear.add(list.size());
        list.add(weight);
        list.add(parameters.getOrEmpty(module + ".bias"));
        Adapters adapters = parameters.adapters();
        if (adapters != null && adapters.on(module)) {
            scales.put(list.size(), adapters.scale(module));
            list.add(adapters.a(module));
            list.add(adapters.b(module));
            parameters.markAdapted(module);
        } else {
            absent(2);
        }
        return this;
    }

    private void absent(int elements) {
        for (int i = 0; i < elements; i++) {
            list.add(parameters.derived().empty());
        }
    }

    /** Adds a block of one layer, whose name ends with a dot. */
    Weights block(String layer, Block block) {
        for (Block.Slot slot : block.slots()) {
            switch (slot) {
                case Block.Vector vector -> tensor(layer + vector.name());
                case Block.Linear module -> dense(layer + module.name());
                case Block.Absent absent -> absent(absent.elements());
            }
        }
        return this;
    }

    /**
     * Returns all that was added; with adapters, two more tensors at the end, both on the CPU, which the kernel {@code
     * adapted} reads.
     *
     * @param transposed whether linear layers' weights are [in, out]
     */
    BodyWeights body(boolean transposed) {
        Adapters adapters = parameters.adapters();
        List<NDArray> all = new ArrayList<>(list);
        if (adapters != null && !scales.isEmpty()) {
            float[] byElement = new float[list.size()];
            scales.forEach((at, scale) -> byElement[at] = scale);
            all.add(parameters.derived().hostConstant(byElement));
            all.add(adapters.dropout());
        }
        return new BodyWeights(parameters, all, linear, transposed);
    }
}
