package dev.rlhf.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The tensors of one block (a layer's attention, or its MLP), named as in the checkpoint, in the order that its kernel takes
 * them. It says once what exists and where it is used. Immutable; names are relative to the layer.
 */
final class Block {
    /** One place or four of the kernel's list. */
    private sealed interface Slot {
        void addSpecs(List<ParameterSpec> specs, String layer, double std);

        void put(Weights weights, String layer);
    }

    private record Vector(String name, float fill, long width) implements Slot {
        @Override
        public void addSpecs(List<ParameterSpec> specs, String layer, double std) {
            specs.add(new ParameterSpec(layer + name, 0, fill, width));
        }

        @Override
        public void put(Weights weights, String layer) {
            weights.tensor(layer + name);
        }
    }

    private record Linear(String name, long out, long in, boolean bias) implements Slot {
        @Override
        public void addSpecs(List<ParameterSpec> specs, String layer, double std) {
            specs.add(ParameterSpec.normal(layer + name + ".weight", std, out, in));
            if (bias) {
                specs.add(ParameterSpec.zeros(layer + name + ".bias", out));
            }
        }

        @Override
        public void put(Weights weights, String layer) {
            weights.dense(layer + name);
        }
    }

    private record Nothing(int places) implements Slot {
        @Override
        public void addSpecs(List<ParameterSpec> specs, String layer, double std) {}

        @Override
        public void put(Weights weights, String layer) {
            weights.nothing(places);
        }
    }

    private final List<Slot> slots;

    Block() {
        this(List.of());
    }

    private Block(List<Slot> slots) {
        this.slots = slots;
    }

    private Block with(Slot slot) {
        List<Slot> more = new ArrayList<>(slots);
        more.add(slot);
        return new Block(List.copyOf(more));
    }

    /** A vector [width] that starts filled with {@code fill}. */
    Block vector(String name, float fill, long width) {
        return with(new Vector(name, fill, width));
    }

    /** A layer norm's weight and bias. */
    Block layerNorm(String name, long width) {
        return vector(name + ".weight", 1, width).vector(name + ".bias", 0, width);
    }

    /** A linear layer: four places ({@link Weights#dense}). */
    Block linear(String name, long out, long in, boolean bias) {
        return with(new Linear(name, out, in, bias));
    }

    /** A norm that this family does not have here. */
    Block noNorm() {
        return with(new Nothing(1));
    }

    /** A linear layer that this family does not have here. */
    Block noLinear() {
        return with(new Nothing(4));
    }

    /** @param std of the linear weights of a new model */
    List<ParameterSpec> specs(String layer, double std) {
        List<ParameterSpec> specs = new ArrayList<>();
        slots.forEach(slot -> slot.addSpecs(specs, layer, std));
        return specs;
    }

    /** Adds the tensors of one layer. */
    void put(Weights weights, String layer) {
        slots.forEach(slot -> slot.put(weights, layer));
    }
}
