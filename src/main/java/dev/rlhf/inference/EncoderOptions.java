package dev.rlhf.inference;

import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;

/** Options that choose a model and whether prompts are encoded in its chat format. */
public record EncoderOptions(
        @OptionGroup ModelOptions model,

        @Option(help = "prompt and response without chat format and end token", value = "false")
        boolean raw) {

    /** Opens the model's tokenizer, and its chat format unless {@code raw}. */
    public PromptEncoder open() {
        return PromptEncoder.open(model.model_name_or_path(), raw);
    }
}
