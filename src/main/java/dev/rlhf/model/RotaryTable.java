package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.base.InputException;
import dev.rlhf.model.weights.DerivedTensors;

/**
 * The frequencies of a {@link Rope} as tensors on the device. They live as long as the decoder they were made for.
 */
final class RotaryTable {
    private final Rope rope;
    private final NDArray frequencies;
    private final NDArray longFrequencies;

    RotaryTable(DerivedTensors derived, Rope rope) {
        this.rope = rope;
        this.frequencies = derived.constant(rope.frequencies());
        this.longFrequencies = derived.constant(rope.longFrequencies());
    }

    /** Returns the frequencies for the input's positions, as the kernel {@code rope} takes them. */
    NDArray frequencies(Input input) {
        return rope.validPositions() > 0 && input.maxPosition() >= rope.validPositions()
                ? longFrequencies(input)
                : frequencies;
    }

    /** Returns the factor of cosines and sines. */
    double scale() {
        return rope.scale();
    }

    private NDArray longFrequencies(Input input) {
        if (rope.longFrequencies().length == 0) {
            throw new InputException("rope_scaling type " + rope.type() + ": more than " + rope.validPositions()
                    + " positions are not supported, because a sequence's result would depend on its batch");
        }
        boolean alone = input.ids().getShape().get(0) == 1 && input.mask().isEmpty();
        if (!alone || !input.cache().isEmpty()) {
            throw new InputException(
                    "rope_scaling type " + rope.type() + ": sequences of more than " + rope.validPositions()
                            + " positions can be scored and trained on one per batch, not packed and not generated:"
                            + " once a sequence is that long, the rotary positions of all its tokens change");
        }
        return longFrequencies;
    }
}
