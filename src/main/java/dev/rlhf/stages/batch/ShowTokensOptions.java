package dev.rlhf.stages.batch;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.ModelOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
import dev.rlhf.train.MaxLengthOptions;
import dev.rlhf.train.TurnsOptions;
import org.jspecify.annotations.Nullable;

/** Options of {@link ShowTokens}. */
public record ShowTokensOptions(
        @OptionGroup(help = "model_name_or_path=checkpoint folder; only its tokenizer and chat template are used")
        ModelOptions model,

        @OptionGroup(
                help = {
                    "prompt=question, shown as the model would be asked it",
                    "input=JSONL of rows to train on, prompts, texts or input_ids"
                })
        PromptOptions rows,

        @Option(help = "row to show, from 1; omit for all", min = 1) @Nullable
        Integer index,

        @Option(help = "one JSON object per row", value = "false")
        boolean json,

        @OptionGroup(
                help = "max_length=maximum tokens per row, as in sft; longer rows are cut at the end; omit for "
                        + MaxLengthOptions.MAX_LENGTH + ", or fewer if the model has fewer positions")
        MaxLengthOptions length,

        @OptionGroup TurnsOptions turns) {

    /** @throws InputException if there is not exactly one of prompt and input */
    public ShowTokensOptions {
        if ((rows.prompt() == null) == (rows.input() == null)) {
            throw new InputException("input: give either an input or a prompt");
        }
    }
}
