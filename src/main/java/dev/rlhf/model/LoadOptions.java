package dev.rlhf.model;

import ai.djl.ndarray.NDArray;
import dev.rlhf.checkpoint.WeightFiles;
import dev.rlhf.model.lora.Adapters;
import dev.rlhf.model.lora.PeftNames;
import dev.rlhf.model.quantized.Quantization;
import dev.rlhf.tensor.Dtype;
import dev.rlhf.tensor.Torch;
import java.util.Set;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Settings for loading parameters: dtype, what is trainable, and adapters.
 *
 * @param compute dtype of activations
 * @param trainable selects the parameters that are loaded in fp32 with gradients; the rest is frozen
 * @param adapters adapters that stay separate from the weights and that the model closes; null: none
 * @param merged adapters to add to the weights while loading, closed by the caller; null: none
 * @param linear storage of frozen linear layers; not with {@code merged}
 */
record LoadOptions(
        Dtype compute,
        Predicate<String> trainable,
        @Nullable Adapters adapters,
        @Nullable Adapters merged,
        Quantization linear) {
    static LoadOptions all(Dtype compute, boolean trainable) {
        return new LoadOptions(compute, name -> trainable, null, null, Quantization.NONE);
    }

    static LoadOptions withAdapters(Dtype compute, Adapters trained) {
        return new LoadOptions(compute, trained::saves, trained, null, Quantization.NONE);
    }

    static LoadOptions merged(Dtype compute, Adapters merged) {
        return new LoadOptions(compute, name -> false, null, merged, Quantization.NONE);
    }

    /** Returns options for frozen weights with frozen adapters that are not merged. */
    static LoadOptions unmerged(Dtype compute, Adapters adapters) {
        return new LoadOptions(compute, name -> false, adapters, null, Quantization.NONE);
    }

    /** Returns the same options with frozen linear layers stored in this format. */
    LoadOptions withQuantization(Quantization quantization) {
        return new LoadOptions(compute, trainable, adapters, merged, quantization);
    }

    /** Returns the names of the modules with adapters that stay separate. */
    Set<String> adaptedModules() {
        return adapters == null ? Set.of() : adapters.modules();
    }

    /** Loads the tensor {@code stored} as the parameter {@code name}. */
    NDArray load(Torch torch, WeightFiles weights, String stored, String name) {
        String module = PeftNames.module(name);
        if (merged == null || !merged.adapts(module) || !name.endsWith(".weight")) {
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
