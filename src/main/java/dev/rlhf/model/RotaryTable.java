package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.base.InputException;

/** A {@link Rope} on the device. Lives as long as the parameters it was made with. */
final class RotaryTable {
    private final Rope rope;
    private final NDArray frequencies;
    private final NDArray beyond;

    RotaryTable(Parameters parameters, Rope rope) {
        this.rope = rope;
        this.frequencies = parameters.constant(rope.frequencies());
        this.beyond = parameters.constant(rope.beyond());
    }

    /** The frequencies that the input's positions are turned by, for the kernel {@code rope}. */
    NDArray frequencies(Input input) {
        return rope.reach() > 0 && input.furthest() >= rope.reach() ? beyond(input) : frequencies;
    }

    /** What cosines and sines are multiplied by. */
    double scale() {
        return rope.scale();
    }

    private NDArray beyond(Input input) {
        if (rope.beyond().length == 0) {
            throw new InputException("rope_scaling type " + rope.type() + ": more than " + rope.reach()
                    + " positions are not supported, since there a sequence's numbers would depend on its batch");
        }
        boolean alone = input.ids().getShape().get(0) == 1 && input.mask().isEmpty();
        if (!alone || !input.cache().isEmpty()) {
            throw new InputException("rope_scaling type " + rope.type() + ": sequences of more than " + rope.reach()
                    + " positions can be scored and trained on one a batch, not packed, and not generated: all positions of a sequence"
                    + " are turned otherwise once it is that long");
        }
        return beyond;
    }
}
