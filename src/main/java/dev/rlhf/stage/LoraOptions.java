package dev.rlhf.stage;

import dev.rlhf.base.InputException;
import dev.rlhf.model.LoraConfig;
import dev.rlhf.model.ModulePattern;
import java.util.List;
import java.util.regex.PatternSyntaxException;
import org.jspecify.annotations.Nullable;

/**
 * The adapters' options, which the training stages have under TRL's names.
 *
 * @param use train adapters; else the rest says nothing
 */
record LoraOptions(
        boolean use,
        int r,
        double alpha,
        double dropout,
        boolean rslora,
        List<String> targets,
        @Nullable List<String> modulesToSave) {
    static LoraOptions of(SftOptions o) {
        return new LoraOptions(
                o.use_peft(),
                o.lora_r(),
                o.lora_alpha(),
                o.lora_dropout(),
                o.use_rslora(),
                o.lora_target_modules(),
                o.lora_modules_to_save());
    }

    static LoraOptions of(RewardOptions o) {
        return new LoraOptions(
                o.use_peft(),
                o.lora_r(),
                o.lora_alpha(),
                o.lora_dropout(),
                o.use_rslora(),
                o.lora_target_modules(),
                o.lora_modules_to_save());
    }

    static LoraOptions of(PpoOptions o) {
        return new LoraOptions(
                o.use_peft(),
                o.lora_r(),
                o.lora_alpha(),
                o.lora_dropout(),
                o.use_rslora(),
                o.lora_target_modules(),
                o.lora_modules_to_save());
    }

    /** Nothing of the base is trained but adapters, so that it is still there without them. */
    boolean leavesBase() {
        return use && (modulesToSave == null || modulesToSave.isEmpty());
    }

    /** What the model package takes. @throws InputException if a target is no regular expression */
    LoraConfig config() {
        try {
            return LoraConfig.of(
                    r,
                    alpha,
                    dropout,
                    rslora,
                    ModulePattern.of(targets),
                    modulesToSave == null ? List.of() : modulesToSave);
        } catch (PatternSyntaxException e) {
            throw new InputException(
                    "lora_target_modules: " + e.getPattern() + " is no regular expression: " + e.getDescription());
        }
    }
}
