package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import java.util.ArrayList;
import java.util.List;

/** The tensors of one block in the order that its kernel takes them, named as in the checkpoint. */
final class Weights {
    private final Parameters parameters;
    private final String prefix;
    private final List<NDArray> list = new ArrayList<>();

    /** @param prefix what all names in the block start with: {@code model.layers.0.} */
    Weights(Parameters parameters, String prefix) {
        this.parameters = parameters;
        this.prefix = prefix;
    }

    /** A norm's weight or bias. */
    Weights vector(String name) {
        list.add(parameters.get(prefix + name));
        return this;
    }

    /** A linear layer in four places: weight, bias, LoRA A, LoRA B (the kernel {@code dense}). */
    Weights dense(String name) {
        list.add(parameters.get(prefix + name + ".weight"));
        list.add(parameters.getOrEmpty(prefix + name + ".bias"));
        list.add(parameters.empty());
        list.add(parameters.empty());
        return this;
    }

    /** Places for tensors that this model does not have. */
    Weights nothing(int places) {
        for (int i = 0; i < places; i++) {
            list.add(parameters.empty());
        }
        return this;
    }

    List<NDArray> list() {
        return List.copyOf(list);
    }
}
