package dev.rlhf.stages.batch;

import dev.rlhf.base.InputException;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.Option.Must;
import dev.rlhf.stages.supervised.SftOptions;
import dev.rlhf.text.ConversationFormat.Learnt;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Options of {@link ShowTokens}. */
public record ShowTokensOptions(
        @Option(
                help = "Checkpoint folder; its tokenizer and chat template are used, not its weights",
                must = Must.BE_A_MODEL)
        Path model_name_or_path,

        @Option(help = "A question, shown as the model is asked it") @Nullable
        String prompt,

        @Option(help = "JSONL of rows to fine-tune on, prompts, texts or input_ids", must = Must.BE_A_FILE) @Nullable
        Path input,

        @Option(help = "The row to show, from 1; left out: all of them", min = 1) @Nullable
        Integer index,

        @Option(help = "Print a JSON object a row", value = "false")
        boolean json,

        @Option(
                help = "As sft's: tokens per row; longer rows lose their end; left out: " + SftOptions.MAX_LENGTH
                        + ", or the model's positions if fewer",
                min = 2)
        @Nullable
        Integer max_length,

        @Option(help = "As sft's: which answers of a conversation are learnt", value = "all")
        Learnt assistant_turns) {

    /** @throws InputException if there is not exactly one of prompt and input */
    public ShowTokensOptions {
        if ((prompt == null) == (input == null)) {
            throw new InputException("input: give either an input or a prompt");
        }
    }
}
