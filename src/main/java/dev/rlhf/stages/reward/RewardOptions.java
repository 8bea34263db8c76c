package dev.rlhf.stages.reward;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.label.agreement.Consensus;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
import dev.rlhf.train.LoopOptions;
import dev.rlhf.train.LoraOptions;
import dev.rlhf.train.OptimizerOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Options of {@link Reward}. */
public record RewardOptions(
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

        @Option(
                help = "share of prompts kept for evaluation if there is no eval_dataset",
                value = "0.1",
                min = 0,
                max = 0.9)
        double eval_fraction,

        @Option(help = "optimizer steps; -1: num_train_epochs decides", value = "-1", min = -1)
        int max_steps,

        @Option(help = "passes over the prompts; more than one overfits soon", value = "1", min = 0, open = true)
        double num_train_epochs,

        @Option(help = "prompts a forward pass, each with all its completions", value = "8", min = 1)
        int per_device_train_batch_size,

        @Option(help = "forward passes an optimizer step", value = "1", min = 1)
        int gradient_accumulation_steps,

        @Option(help = "c of the pull towards 0, c (r_w + r_l)^2; 0: off", value = "0.01", min = 0)
        double center_rewards_coefficient,

        @Option(
                help = "tokens of prompt and completion; longer ones are left out, and counted; left out: "
                        + RewardOptions.MAX_LENGTH + ", or the model's positions if fewer",
                min = 2)
        @Nullable
        Integer max_length,

        @Option(help = "share of completions that may be left out", value = "0.05", min = 0, max = 1)
        double max_lost,

        @Option(help = "steps between evaluations; 0: at the end only", value = "0", min = 0)
        int eval_steps,

        @OptionGroup(defaults = {"lr_scheduler_type=cosine", "adam_epsilon=1e-5"})
        OptimizerOptions optimizer,

        @OptionGroup LoraOptions lora,

        @OptionGroup(defaults = "logging_steps=5") LoopOptions loop,

        @OptionGroup EngineOptions engine) {
    /** {@code max_length} where the model has room for it. */
    static final int MAX_LENGTH = 1024;

    public RewardOptions {
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
