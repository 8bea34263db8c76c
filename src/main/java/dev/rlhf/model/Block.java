package dev.rlhf.model;

import java.util.ArrayList;
import java.util.List;

/**
 * The tensors of one block (a layer's attention, or its MLP): names relative to the layer, shapes, and the order in
 * which the block's kernel takes them. New models, checkpoints and {@link BodyWeightsBuilder} all use this description.
 * Immutable.
 */
final class Block {
    /** An entry of a block: one element of the kernel's tensor list, or four for a linear layer. */
    sealed interface Slot {}

    /** A vector [width] that starts filled with {@code fill}. */
    record Vector(String name, float fill, long width) implements Slot {}

    /** A linear layer with weight [out, in]. */
    record Linear(String name, long out, long in, boolean bias) implements Slot {}

    /** Elements of the kernel's list that the family has no tensors for. */
    record Absent(int elements) implements Slot {}

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

    /** Adds a vector [width] that starts filled with {@code fill}. */
    Block vector(String name, float fill, long width) {
        return with(new Vector(name, fill, width));
    }

    /** Adds a layer norm's weight and bias. */
    Block layerNorm(String name, long width) {
        return vector(name + ".weight", 1, width).vector(name + ".bias", 0, width);
    }

    /** Adds a linear layer. */
    Block linear(String name, long out, long in, boolean bias) {
        return with(new Linear(name, out, in, bias));
    }

    /** Marks a norm that the family does not have at this point. */
    Block noNorm() {
        return with(new Absent(1));
    }

    /** Marks a linear layer that the family does not have at this point. */
    Block noLinear() {
        return with(new Absent(4));
    }

    /** Returns the entries in the kernel's order. */
    List<Slot> slots() {
        return slots;
    }

    /**
     * Returns the parameters of one layer.
     *
     * @param layer the layer's name with a dot at the end
     * @param std standard deviation of the linear weights in a new model
     */
    List<ParameterSpec> specs(String layer, double std) {
        List<ParameterSpec> specs = new ArrayList<>();
        for (Slot slot : slots) {
            switch (slot) {
                case Vector vector ->
                    specs.add(new ParameterSpec(layer + vector.name(), 0, vector.fill(), vector.width()));
                case Linear linear -> {
                    specs.add(ParameterSpec.normal(layer + linear.name() + ".weight", std, linear.out(), linear.in()));
                    if (linear.bias()) {
                        specs.add(ParameterSpec.zeros(layer + linear.name() + ".bias", linear.out()));
                    }
                }
                case Absent _ -> {}
            }
        }
        return specs;
    }
}
