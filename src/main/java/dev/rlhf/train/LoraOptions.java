package dev.rlhf.train;

import dev.rlhf.base.InputException;
import dev.rlhf.model.lora.LoraConfig;
import dev.rlhf.model.lora.ModulePattern;
import dev.rlhf.stage.Option;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/** Options of LoRA adapters (Hu 2021), under the names of TRL's ModelConfig. */
public record LoraOptions(
        @Option(help = "LoRA adapters on the frozen model instead of training all weights", value = "false")
        boolean use_peft,

        @Option(help = "rank of the adapters", value = "16", min = 1)
        int lora_r,

        @Option(
                help = "numerator of the adapters' output scale, lora_alpha / lora_r",
                value = "32",
                min = 0,
                open = true)
        double lora_alpha,

        @Option(help = "dropout of the adapters' input in training", value = "0.0", min = 0, max = 0.99)
        double lora_dropout,

        @Option(
                help = "linear layers to adapt: names, one regular expression of whole names, or all-linear",
                value = "[all-linear]")
        List<String> lora_target_modules,

        @Option(help = "embeddings or norms to train as a whole and save with the adapters") @Nullable
        List<String> lora_modules_to_save,

        @Option(
                help = "rank-stabilised scale: lora_alpha / sqrt(lora_r) instead of lora_alpha / lora_r",
                value = "false")
        boolean use_rslora) {
    /** @throws InputException if a target is no regular expression */
    public LoraOptions {
        targets(lora_target_modules);
    }

    /** Returns whether only adapters are trained, so that the base model is unchanged without them. */
    public boolean leavesBase() {
        return use_peft && (lora_modules_to_save == null || lora_modules_to_save.isEmpty());
    }

    /** Returns the adapters' configuration. */
    public LoraConfig config() {
        return LoraConfig.of(
                lora_r,
                lora_alpha,
                lora_dropout,
                use_rslora,
                targets(lora_target_modules),
                lora_modules_to_save == null ? List.of() : lora_modules_to_save);
    }

    private static ModulePattern targets(List<String> modules) {
        try {
            return ModulePattern.of(modules);
        } catch (PatternSyntaxException e) {
            throw new InputException(
                    "lora_target_modules: " + e.getPattern() + " is not a regular expression: " + e.getDescription());
        }
    }
}
