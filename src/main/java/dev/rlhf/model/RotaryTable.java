package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.base.InputException;
import dev.rlhf.tensor.Kernels;
import java.util.List;

/** A {@link Rope} on the device. Lives as long as the parameters it was made with. */
final class RotaryTable {
    private final Rope rope;
    private final Kernels kernels;
    private final int dtype;
    private final NDArray frequencies;
    private final NDArray beyond;

    RotaryTable(Parameters parameters, Rope rope) {
        this.rope = rope;
        this.kernels = parameters.torch().kernels();
        this.dtype = parameters.compute().scalarType();
        this.frequencies = parameters.constant(rope.frequencies());
        this.beyond = parameters.constant(rope.beyond());
    }

    /** Cosines and sines of the input's positions, as the kernel {@code rotate} takes them. */
    List<NDArray> angles(Input input) {
        NDArray table = outreaches(input) ? beyond(input) : frequencies;
        return kernels.callAll("rope", input.positions(), table, rope.scale(), dtype);
    }

    /** The positions are read from the device only where the input is wide enough to leave room for a doubt. */
    private boolean outreaches(Input input) {
        long width = Math.max(input.columns(), input.ids().getShape().get(1));
        return rope.reach() > 0
                && width > rope.reach()
                && input.positions().max().getLong() >= rope.reach();
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
