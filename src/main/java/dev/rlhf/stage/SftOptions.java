package dev.rlhf.stage;

import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.ShardSize;
import dev.rlhf.text.ConversationFormat.Learnt;
import dev.rlhf.train.LrSchedulerType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options of {@link Sft}. */
public record SftOptions(
        @Option(help = "folder that everything is written to")
        Path output_dir,

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

        @Option(help = "peak learning rate", value = "2e-5", min = 0, open = true)
        double learning_rate,

        @Option(help = "how the learning rate runs", value = "linear")
        LrSchedulerType lr_scheduler_type,

        @Option(help = "arguments of the schedule: min_lr_rate, num_decay_steps, …", value = "{}")
        Map<String, Object> lr_scheduler_kwargs,

        @Option(help = "share of the steps until the peak", value = "0.0", min = 0, max = 1)
        double warmup_ratio,

        @Option(help = "of matrices, not of norms and biases", value = "0.0", min = 0)
        double weight_decay,

        @Option(help = "first moment's memory", value = "0.9", min = 0, max = 1)
        double adam_beta1,

        @Option(help = "second moment's memory", value = "0.999", min = 0, max = 1)
        double adam_beta2,

        @Option(help = "added to the root of the second moment", value = "1e-8", min = 0)
        double adam_epsilon,

        @Option(help = "gradients are scaled down to this joint L2 norm; 0: off", value = "1.0", min = 0)
        double max_grad_norm,

        @Option(help = "tokens a row; longer rows lose their end, and are counted", value = "1024", min = 2)
        int max_length,

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

        @Option(help = "train LoRA adapters on the frozen model instead of all its weights", value = "false")
        boolean use_peft,

        @Option(help = "rank of the adapters", value = "16", min = 1)
        int lora_r,

        @Option(help = "what an adapter adds is multiplied by lora_alpha / lora_r", value = "32", min = 0, open = true)
        double lora_alpha,

        @Option(help = "dropout of an adapter's input while training", value = "0.05", min = 0, max = 0.99)
        double lora_dropout,

        @Option(
                help = "linear layers to adapt: names, one regular expression of whole names, or all-linear",
                value = "[all-linear]")
        List<String> lora_target_modules,

        @Option(help = "modules trained as a whole and saved with the adapters; embeddings or norms") @Nullable
        List<String> lora_modules_to_save,

        @Option(help = "multiply by lora_alpha / sqrt(lora_r) instead", value = "false")
        boolean use_rslora,

        @Option(help = "steps between lines of metrics.jsonl", value = "10", min = 1)
        int logging_steps,

        @Option(help = "steps between evaluations; 0: at the end only", value = "0", min = 0)
        int eval_steps,

        @Option(help = "steps between saved states; 0: only when interrupted", value = "0", min = 0)
        int save_steps,

        @Option(help = "most bytes of one weight file of the saved model, as 5GB or 500MB", value = ShardSize.DEFAULT)
        String max_shard_size,

        @Option(help = "decides everything random", value = "0")
        long seed,

        @Option(help = "auto, cpu, cuda or cuda:N", value = "auto")
        String device,

        @Option(
                help = "of activations; weights are trained in fp32",
                value = "float32",
                choices = {"float32", "bfloat16"})
        String dtype) {
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
        ShardSize.parse(max_shard_size);
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
