package dev.rlhf.recipe;

import dev.rlhf.base.FailedRunException;
import dev.rlhf.tensor.OutOfMemory;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Explains that a stage ran out of memory, and names the options that determine how much it needs. */
final class MemoryAdvice {
    /** Options that, besides the model, determine a stage's peak memory. */
    private static final Set<String> SIZES = Set.of(
            "per_device_train_batch_size",
            "max_tokens_per_batch",
            "batch_size",
            "rollout_batch_size",
            "block_size",
            "max_length",
            "max_new_tokens",
            "response_length");

    private MemoryAdvice() {}

    /** Returns the failure to report instead of {@code failure}; empty if memory was not the cause. */
    static Optional<FailedRunException> of(Throwable failure, StageRecipe<?> recipe) {
        return OutOfMemory.describe(failure)
                .map(shortage -> new FailedRunException(
                        recipe.kind().name() + ": " + shortage + lower(recipe) + checkpointing(recipe, shortage),
                        failure));
    }

    private static String lower(StageRecipe<?> recipe) {
        String options = recipe.resolved().entrySet().stream()
                .filter(option -> SIZES.contains(option.getKey()) && option.getValue() != null)
                .map(option -> option.getKey() + " (" + option.getValue() + ")")
                .collect(Collectors.joining(", "));
        return options.isEmpty() ? "" : "; to need less, lower " + options;
    }

    private static String checkpointing(StageRecipe<?> recipe, String shortage) {
        boolean off = Boolean.FALSE.equals(recipe.resolved().get("gradient_checkpointing"));
        return off && !shortage.contains("Java heap") ? "; or set gradient_checkpointing: true" : "";
    }
}
