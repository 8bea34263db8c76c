package dev.rlhf.stages.batch;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.ModelOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import dev.rlhf.stage.OptionGroup;
import dev.rlhf.text.ConversationFormat.TrainedTurns;
import dev.rlhf.train.LengthOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Options of {@link ShowTokens}. */
public record ShowTokensOptions(
        @OptionGroup(help = "model_name_or_path=checkpoint folder; only its tokenizer and chat template are used")
        ModelOptions model,

        @Option(help = "question, shown as the model would be asked it") @Nullable
        String prompt,

        @Option(help = "JSONL of rows to train on, prompts, texts or input_ids", must = Must.BE_A_FILE) @Nullable
        Path input,

        @Option(help = "row to show, from 1; omit for all", min = 1) @Nullable
        Integer index,

        @Option(help = "print one JSON object per row", value = "false")
        boolean json,

        @Option(
                help = "tokens per row, as in sft; longer rows are cut at the end; omit for " + LengthOptions.MAX_LENGTH
                        + ", or the model's positions if fewer",
                min = 2)
        @Nullable
        Integer max_length,

        @Option(help = "answers of a conversation that are trained on, as in sft", value = "all")
        TrainedTurns assistant_turns) {

    /** @throws InputException if there is not exactly one of prompt and input */
    public ShowTokensOptions {
        if ((prompt == null) == (input == null)) {
            throw new InputException("input: give either an input or a prompt");
        }
    }
}
