package dev.rlhf.stages.supervised;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
import dev.rlhf.text.ConversationFormat.Learnt;
import dev.rlhf.train.LoopOptions;
import dev.rlhf.train.LoraOptions;
import dev.rlhf.train.OptimizerOptions;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Options of {@link Sft}. */
public record SftOptions(
        @Option(help = "checkpoint folder to start from", must = Option.Must.BE_A_MODEL)
        Path model_name_or_path,

        @Option(help = "JSONL of prompt/response, messages or input_ids/labels", must = Option.Must.BE_A_FILE) @Nullable
        Path dataset,

        @Option(help = "several of them, mixed by weight (instead of dataset)") @Nullable
        List<WeightedDataset> datasets,

        @Option(help = "JSONL to evaluate on; left out: eval_fraction of the data", must = Option.Must.BE_A_FILE)
        @Nullable
        Path eval_dataset,

        @Option(
                help = "share of prompts kept for evaluation if there is no eval_dataset, over all data sets together",
                value = "0.05",
                min = 0,
                max = 0.9)
        double eval_fraction,

        @Option(help = "optimizer steps; -1: num_train_epochs decides", value = "-1", min = -1)
        int max_steps,

        @Option(help = "passes over the data", value = "3", min = 0, open = true)
        double num_train_epochs,

        @Option(help = "rows a forward pass", value = "8", min = 1)
        int per_device_train_batch_size,

        @Option(help = "forward passes an optimizer step", value = "1", min = 1)
        int gradient_accumulation_steps,

        @Option(
                help = "tokens per row; longer rows lose their end, and are counted; left out: " + SftOptions.MAX_LENGTH
                        + ", or the model's positions if fewer",
                min = 2)
        @Nullable
        Integer max_length,

        @Option(help = "share of rows that may be dropped or truncated", value = "0.05", min = 0, max = 1)
        double max_lost,

        @Option(help = "put several rows into one of max_length, without seeing each other", value = "false")
        boolean packing,

        @Option(
                help =
                        "answers of a conversation that are learnt: all, or the last alone (for templates that rewrite earlier turns)",
                value = "all")
        Learnt assistant_turns,

        @Option(help = "a new order every epoch", value = "true")
        boolean shuffle_dataset,

        @Option(help = "use the dropout of the model's config.json", value = "true")
        boolean dropout,

        @Option(help = "steps between evaluations; 0: at the end only", value = "0", min = 0)
        int eval_steps,

        @OptionGroup(defaults = "learning_rate=2e-5") OptimizerOptions optimizer,

        @OptionGroup(defaults = "lora_dropout=0.05") LoraOptions lora,

        @OptionGroup LoopOptions loop,

        @OptionGroup EngineOptions engine) {
    /** {@code max_length} where the model has room for it. */
    public static final int MAX_LENGTH = 1024;

    /**
     * One data set of a mixture.
     *
     * @param weight 1: every row once an epoch; 2: twice; 0.5: every other row
     */
    public record WeightedDataset(
            @Option(help = "JSONL file", must = Option.Must.BE_A_FILE)
            Path path,

            @Option(help = "how often its rows come an epoch", value = "1.0", min = 0, open = true)
            double weight) {}

    public SftOptions {
        if ((dataset == null) == (datasets == null || datasets.isEmpty())) {
            throw new InputException("give either dataset or datasets");
        }
    }

    /** Both ways of naming data as one. */
    List<WeightedDataset> allDatasets() {
        return dataset != null
                ? List.of(new WeightedDataset(dataset, 1))
                : List.copyOf(java.util.Objects.requireNonNull(datasets));
    }
}
