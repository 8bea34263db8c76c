package dev.rlhf.stage;

import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.ShardSize;
import dev.rlhf.label.agreement.Consensus;
import dev.rlhf.train.LrSchedulerType;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Options of {@link RewardModel}. */
public record RewardOptions(
        @Option(help = "folder that everything is written to")
        Path output_dir,

        @Option(
                help = "checkpoint folder to start from: the SFT model, or a reward model",
                must = Option.Must.BE_A_MODEL)
        Path model_name_or_path,

        @Option(help = "rankings in H2: the store's file, NAME.mv.db", must = Option.Must.BE_A_FILE) @Nullable
        Path db,

        @Option(help = "one batch of the store; left out: all") @Nullable
        String batch,

        @Option(help = "rankings, pairs or both as JSONL (instead of db)", must = Option.Must.BE_A_FILE) @Nullable
        Path dataset,

        @Option(
                help = "rankings, pairs or both as JSONL to evaluate on; left out: eval_fraction of the prompts",
                must = Option.Must.BE_A_FILE)
        @Nullable
        Path eval_dataset,

        @Option(
                help =
                        "all_pairs: every labeler's order counts; consensus: one order a prompt, that of all of them together",
                value = "all_pairs")
        PreferenceSource preference_source,

        @Option(help = "how several orders become one: ranked_pairs (Tideman) or bradley_terry", value = "ranked_pairs")
        Consensus consensus_method,

        @Option(help = "share of prompts kept for evaluation if there is no eval_dataset", value = "0.1", min = 0, max = 0.9)
        double eval_fraction,

        @Option(help = "optimizer steps; -1: num_train_epochs decides", value = "-1", min = -1)
        int max_steps,

        @Option(help = "passes over the prompts; more than one overfits soon", value = "1", min = 0, open = true)
        double num_train_epochs,

        @Option(help = "prompts a forward pass, each with all its completions", value = "8", min = 1)
        int per_device_train_batch_size,

        @Option(help = "forward passes an optimizer step", value = "1", min = 1)
        int gradient_accumulation_steps,

        @Option(help = "peak learning rate", value = "1e-5", min = 0, open = true)
        double learning_rate,

        @Option(help = "how the learning rate runs", value = "cosine")
        LrSchedulerType lr_scheduler_type,

        @Option(help = "arguments of the schedule", value = "{}")
        Map<String, Object> lr_scheduler_kwargs,

        @Option(help = "share of the steps until the peak", value = "0.0", min = 0, max = 1)
        double warmup_ratio,

        @Option(help = "of matrices, not of norms and biases", value = "0.0", min = 0)
        double weight_decay,

        @Option(help = "first moment's memory", value = "0.9", min = 0, max = 1)
        double adam_beta1,

        @Option(help = "second moment's memory", value = "0.999", min = 0, max = 1)
        double adam_beta2,

        @Option(help = "added to the root of the second moment", value = "1e-5", min = 0)
        double adam_epsilon,

        @Option(help = "gradients are scaled down to this joint L2 norm; 0: off", value = "1.0", min = 0)
        double max_grad_norm,

        @Option(help = "c of the pull towards 0, c (r_w + r_l)^2; 0: off", value = "0.01", min = 0)
        double center_rewards_coefficient,

        @Option(
                help = "tokens of prompt and completion; longer ones are left out, and counted",
                value = "1024",
                min = 2)
        int max_length,

        @Option(help = "share of completions that may be left out", value = "0.05", min = 0, max = 1)
        double max_lost,

        @Option(help = "train LoRA adapters on the frozen model instead of all its weights", value = "false")
        boolean use_peft,

        @Option(help = "rank of the adapters", value = "16", min = 1)
        int lora_r,

        @Option(help = "what an adapter adds is multiplied by lora_alpha / lora_r", value = "32", min = 0, open = true)
        double lora_alpha,

        @Option(help = "dropout of an adapter's input while training", value = "0.0", min = 0, max = 0.99)
        double lora_dropout,

        @Option(
                help = "linear layers to adapt: names, one regular expression of whole names, or all-linear",
                value = "[all-linear]")
        List<String> lora_target_modules,

        @Option(help = "modules trained as a whole and saved with the adapters; embeddings or norms") @Nullable
        List<String> lora_modules_to_save,

        @Option(help = "multiply by lora_alpha / sqrt(lora_r) instead", value = "false")
        boolean use_rslora,

        @Option(help = "steps between lines of metrics.jsonl", value = "5", min = 1)
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
    public RewardOptions {
        ShardSize.parse(max_shard_size);
        if ((db == null) == (dataset == null)) {
            throw new InputException("give either db (rankings in H2) or dataset (rankings as JSONL)");
        }
    }

    /** Which orders a reward model learns. */
    public enum PreferenceSource {
        /** Every labeler's pairs; where they disagree the loss is least at their odds (Ouyang 2022). */
        ALL_PAIRS,
        /** One order a prompt. */
        CONSENSUS
    }
}
