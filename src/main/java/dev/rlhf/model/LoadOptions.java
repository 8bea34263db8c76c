package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.checkpoint.WeightFiles;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How loaded tensors are held.
 *
 * @param compute dtype of activations
 * @param trainable those in fp32 with gradients; the rest is frozen
 * @param trained adapters put on, to be trained; closed with the parameters
 * @param merged adapters whose product is added to the weights while loading; stay the caller's
 */
record LoadOptions(
        Dtype compute,
        Predicate<String> trainable,
        @Nullable Adapters trained,
        @Nullable Adapters merged) {
    static LoadOptions all(Dtype compute, boolean trainable) {
        return new LoadOptions(compute, name -> trainable, null, null);
    }

    static LoadOptions withAdapters(Dtype compute, Adapters trained) {
        return new LoadOptions(compute, trained::saves, trained, null);
    }

    static LoadOptions merged(Dtype compute, Adapters merged) {
        return new LoadOptions(compute, name -> false, null, merged);
    }

    /** The stored tensor as it is held. */
    NDArray load(Torch torch, WeightFiles weights, String stored, String name) {
        String module = name.substring(0, Math.max(0, name.lastIndexOf('.')));
        if (merged == null || !merged.on(module) || !name.endsWith(".weight")) {
            return trainable.test(name)
                    ? weights.load(torch, stored, Dtype.FLOAT32)
                    : weights.loadFrozen(torch, stored, compute);
        }
        try (NDArray wide = weights.load(torch, stored, Dtype.FLOAT32);
                NDArray sum = merged.merge(module, wide)) {
            return compute.cast(torch, sum);
        }
    }
}
