package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.model.lora.Adapters;
import dev.rlhf.model.quantized.QuantizedWeight;
import dev.rlhf.model.weights.DerivedTensors;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/**
 * Builds {@link BodyWeights}: collects a body's tensors, named as in the checkpoint, in the order in which its kernel
 * takes them.
 */
final class BodyWeightsBuilder {
    /** Groups of linear layers that read the same input; GPU kernels compute each group as one product. */
    private static final List<List<String>> SAME_INPUT = List.of(
            List.of("self_attn.q_proj", "self_attn.k_proj", "self_attn.v_proj"),
            List.of("mlp.gate_proj", "mlp.up_proj"));

    private final Parameters parameters;
    private final DerivedTensors derived;
    private final List<NDArray> list = new ArrayList<>();
    private final Set<Integer> linear = new TreeSet<>();
    private final Set<Integer> vectors = new TreeSet<>();
    private final List<BodyWeights.Joined> joined = new ArrayList<>();
    private final Map<Integer, Float> scales = new HashMap<>();
    private final Map<Integer, QuantizedWeight> quantized = new HashMap<>();
    private final Set<String> adapted = new HashSet<>();

    /** @param derived receives the tensors that are not parameters */
    BodyWeightsBuilder(Parameters parameters, DerivedTensors derived) {
        this.parameters = parameters;
        this.derived = derived;
    }

    /** Adds an embedding, or a norm's weight or bias. */
    BodyWeightsBuilder tensor(String name) {
        NDArray tensor = parameters.get(name);
        if (tensor.getShape().dimension() == 1) {
            vectors.add(list.size());
        }
        list.add(tensor);
        return this;
    }

    /** Adds the signs that the kernel {@code norm} takes. */
    BodyWeightsBuilder signs() {
        list.add(derived.signs());
        return this;
    }

    /** Adds a linear layer as four elements: weight, bias, LoRA A, LoRA B (the kernel {@code dense}). */
    BodyWeightsBuilder dense(String module) {
        return dense(module, parameters.get(module + ".weight"));
    }

    /** Adds a linear layer with the given view of its weight. */
    BodyWeightsBuilder dense(String module, NDArray weight) {
        linear.add(list.size());
        QuantizedWeight stored = parameters.quantized(module + ".weight");
        if (stored != null) {
            quantized.put(list.size(), stored);
        }
        list.add(weight);
        list.add(parameters.map().getOrDefault(module + ".bias", derived.empty()));
        Adapters adapters = parameters.adapters();
        if (adapters != null && adapters.adapts(module)) {
            scales.put(list.size(), adapters.scale(module));
            list.add(adapters.a(module));
            list.add(adapters.b(module));
            adapted.add(module);
        } else {
            absent(2);
        }
        return this;
    }

    private void absent(int elements) {
        for (int i = 0; i < elements; i++) {
            list.add(derived.empty());
        }
    }

    /**
     * Adds a layer's block.
     * @param layer the layer's name with a dot at the end
     */
    BodyWeightsBuilder block(String layer, Block block) {
        List<Block.Slot> slots = block.slots();
        for (int i = 0; i < slots.size(); i++) {
            switch (slots.get(i)) {
                case Block.Vector vector -> tensor(layer + vector.name());
                case Block.Linear module -> {
                    List<String> group = sameInput(slots.subList(i, slots.size()));
                    if (join(group.stream().map(name -> layer + name).toList())) {
                        i += group.size() - 1;
                    } else {
                        dense(layer + module.name());
                    }
                }
                case Block.Absent absent -> absent(absent.elements());
            }
        }
        return this;
    }

    /** Returns the names of the first linear layers if they read the same input; otherwise an empty list. */
    private static List<String> sameInput(List<Block.Slot> slots) {
        List<String> names = slots.stream()
                .map(slot -> slot instanceof Block.Linear linear ? linear.name() : "")
                .toList();
        return SAME_INPUT.stream()
                .filter(group -> group.size() <= names.size()
                        && names.subList(0, group.size()).equals(group))
                .findFirst()
                .orElse(List.of());
    }

    /**
     * Adds several linear layers as one if none has an adapter and their weights can be stored as one tensor. Otherwise
     * adds nothing and returns false; layers that can be joined for generation are recorded.
     */
    private boolean join(List<String> modules) {
        if (modules.isEmpty() || !parameters.torch().gpuKernels()) {
            return false;
        }
        List<String> biases = modules.stream().map(module -> module + ".bias").toList();
        long biased = biases.stream().filter(parameters.map()::containsKey).count();
        if (biased != 0 && biased != modules.size()) {
            return false;
        }
        NDArray weight = parameters
                .joined()
                .concatenated(modules.stream().map(module -> module + ".weight").toList());
        NDArray bias = biased == 0 ? derived.empty() : parameters.joined().concatenated(biases);
        if (!parameters.joined().joinable(modules)) {
            return false;
        }
        if (weight == null || bias == null) {
            joined.add(new BodyWeights.Joined(list.size(), modules.size()));
            return false;
        }
        linear.add(list.size());
        list.add(weight);
        list.add(bias);
        absent(2 + 4 * (modules.size() - 1));
        return true;
    }

    /**
     * Returns all tensors added so far; with quantised weights, followed by their scales and numbers as the kernel
     * {@code dequantized_at} reads them; and with adapters or quantised weights, by two tensors on the CPU that the
     * kernel {@code adapted} reads.
     *
     * @param transposed whether linear layers' weights are [in, out]
     * @param castVectors whether norms' weights may be in the compute dtype during generation, because their kernel
     *     would cast them before using them
     */
    BodyWeights body(boolean transposed, boolean castVectors) {
        Adapters adapters = parameters.adapters();
        if (adapters != null) {
            checkUsed(adapters);
        }
        List<NDArray> all = new ArrayList<>(list);
        if (!quantized.isEmpty()) {
            for (int i = 0; i < list.size(); i++) {
                all.add(scalesOrNumbers(i));
            }
        }
        if (adapters != null && !scales.isEmpty()) {
            float[] byElement = new float[list.size()];
            scales.forEach((at, scale) -> byElement[at] = scale);
            all.add(derived.hostConstant(byElement));
            all.add(adapters.dropout());
        } else if (!quantized.isEmpty()) {
            all.add(derived.empty());
            all.add(derived.empty());
        }
        return new BodyWeights(
                parameters, derived, all, linear, quantized, castVectors ? vectors : Set.of(), joined, transposed);
    }

    /** Checks that every adapter belongs to a layer of the body. */
    private void checkUsed(Adapters adapters) {
        Set<String> unused = new TreeSet<>(adapters.modules());
        unused.removeAll(adapted);
        if (!unused.isEmpty()) {
            throw new IllegalStateException("adapters that no layer uses: " + unused);
        }
    }

    /** Returns the scales of the quantised weight at index i, or the numbers of the one before; otherwise empty. */
    private NDArray scalesOrNumbers(int i) {
        QuantizedWeight here = quantized.get(i);
        QuantizedWeight before = quantized.get(i - 1);
        return here != null ? here.scales() : before != null ? before.numbers() : derived.empty();
    }
}
