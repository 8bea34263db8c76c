package dev.rlhf.stages.supervised;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.ConversationOptions;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.ModelOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
import dev.rlhf.train.DatasetOptions;
import dev.rlhf.train.EpochOptions;
import dev.rlhf.train.HeldOutOptions;
import dev.rlhf.train.LengthOptions;
import dev.rlhf.train.LoopOptions;
import dev.rlhf.train.LoraOptions;
import dev.rlhf.train.MaxLengthOptions;
import dev.rlhf.train.MemoryOptions;
import dev.rlhf.train.MicroBatchOptions;
import dev.rlhf.train.OptimizerOptions;
import dev.rlhf.train.StepOptions;
import dev.rlhf.train.TurnsOptions;

/** Options of {@link Sft}. */
public record SftOptions(
        @OptionGroup(help = "model_name_or_path=checkpoint folder to start from")
        ModelOptions model,

        @OptionGroup(help = "dataset=JSONL of prompt/response, messages or input_ids/labels")
        DatasetOptions data,

        @OptionGroup(
                help = "eval_fraction=share of prompts, over all data sets, held out for evaluation without"
                        + " eval_dataset")
        HeldOutOptions heldOut,

        @OptionGroup EpochOptions epochs,

        @OptionGroup StepOptions steps,

        @OptionGroup MicroBatchOptions microBatches,

        @OptionGroup(
                help = "max_length=maximum tokens per row; longer rows are truncated and counted; omit for "
                        + MaxLengthOptions.MAX_LENGTH + ", or fewer if the model has fewer positions")
        LengthOptions length,

        @Option(
                help = "several short rows packed into one of max_length, without attention between them",
                value = "false")
        boolean packing,

        @OptionGroup TurnsOptions turns,

        @Option(help = "shuffling of the rows in every epoch", value = "true")
        boolean shuffle_dataset,

        @Option(help = "dropout as in the model's config.json", value = "true")
        boolean dropout,

        @OptionGroup(defaults = "learning_rate=2e-5") OptimizerOptions optimizer,

        @OptionGroup(defaults = "lora_dropout=0.05") LoraOptions lora,

        @OptionGroup MemoryOptions memory,

        @OptionGroup LoopOptions loop,

        @OptionGroup ConversationOptions conversation,

        @OptionGroup EngineOptions engine) {
    public SftOptions {
        if (!shuffle_dataset && data.all().stream().anyMatch(set -> set.weight() != 1)) {
            throw new InputException("shuffle_dataset: false takes every row once per epoch, in the order of the files;"
                    + " weights other than 1 need shuffle_dataset: true");
        }
    }
}
