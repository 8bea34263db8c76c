package dev.rlhf.stages.supervised;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
import dev.rlhf.text.ConversationFormat.Learnt;
import dev.rlhf.train.LoopOptions;
import dev.rlhf.train.LoraOptions;
import dev.rlhf.train.MemoryOptions;
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

        @Option(help = "several JSONL files, mixed by weight (instead of dataset)") @Nullable
        List<WeightedDataset> datasets,

        @Option(help = "JSONL of held-out rows; omit for eval_fraction of the data", must = Option.Must.BE_A_FILE)
        @Nullable
        Path eval_dataset,

        @Option(
                help = "share of prompts, over all data sets, held out for evaluation without eval_dataset",
                value = "0.05",
                min = 0,
                max = 0.9)
        double eval_fraction,

        @Option(help = "optimizer steps; -1: as many as num_train_epochs takes", value = "-1", min = -1)
        int max_steps,

        @Option(help = "epochs over the data", value = "3", min = 0, open = true)
        double num_train_epochs,

        @Option(help = "rows per forward pass", value = "8", min = 1)
        int per_device_train_batch_size,

        @Option(help = "forward passes per optimizer step", value = "1", min = 1)
        int gradient_accumulation_steps,

        @Option(
                help = "maximum tokens per row; longer rows are truncated and counted; omit for "
                        + SftOptions.MAX_LENGTH + ", or fewer if the model has fewer positions",
                min = 2)
        @Nullable
        Integer max_length,

        @Option(help = "largest share of rows that may be dropped or truncated", value = "0.05", min = 0, max = 1)
        double max_lost,

        @Option(
                help = "packing of several rows into one of max_length; they do not attend to each other",
                value = "false")
        boolean packing,

        @Option(help = "answers trained on: all, or last (for templates that rewrite earlier turns)", value = "all")
        Learnt assistant_turns,

        @Option(help = "new order every epoch", value = "true")
        boolean shuffle_dataset,

        @Option(help = "dropout of the model's config.json", value = "true")
        boolean dropout,

        @Option(help = "steps between evaluations; 0: at the end only", value = "0", min = 0)
        int eval_steps,

        @OptionGroup(defaults = "learning_rate=2e-5") OptimizerOptions optimizer,

        @OptionGroup(defaults = "lora_dropout=0.05") LoraOptions lora,

        @OptionGroup MemoryOptions memory,

        @OptionGroup LoopOptions loop,

        @OptionGroup EngineOptions engine) {
    /** Default of {@code max_length} if the model has enough positions. */
    public static final int MAX_LENGTH = 1024;

    /**
     * One data set of a mixture.
     *
     * @param weight 1: every row once per epoch; 2: twice; 0.5: every other row
     */
    public record WeightedDataset(
            @Option(help = "JSONL file", must = Option.Must.BE_A_FILE)
            Path path,

            @Option(help = "times its rows are seen per epoch", value = "1.0", min = 0, open = true)
            double weight) {}

    public SftOptions {
        if ((dataset == null) == (datasets == null || datasets.isEmpty())) {
            throw new InputException("give either dataset or datasets");
        }
    }

    /** Returns {@code datasets}, or {@code dataset} with weight 1. */
    List<WeightedDataset> allDatasets() {
        return dataset != null
                ? List.of(new WeightedDataset(dataset, 1))
                : List.copyOf(java.util.Objects.requireNonNull(datasets));
    }
}
