package dev.rlhf.stages.reward;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.ConversationOptions;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.ModelOptions;
import dev.rlhf.inference.QuestionOptions;
import dev.rlhf.label.agreement.Consensus;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
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
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Options of {@link Reward}. */
public record RewardOptions(
        @OptionGroup(help = "model_name_or_path=checkpoint folder to start from: the SFT model, or a reward model")
        ModelOptions model,

        @Option(help = "label store with rankings: the H2 file NAME.mv.db", must = Option.Must.BE_A_FILE) @Nullable
        Path db,

        @Option(help = "batch of the label store; omit for all") @Nullable
        String batch,

        @Option(
                help = "JSONL of rankings, pairs or both, or a public data set; instead of db, or in addition",
                must = Option.Must.BE_A_FILE)
        @Nullable
        Path dataset,

        @OptionGroup(
                defaults = "eval_fraction=0.1",
                help = "eval_dataset=JSONL of held-out rankings, pairs or both; omit for eval_fraction of the prompts")
        HeldOutOptions heldOut,

        @Option(
                help = "all_pairs: the order of every labeler; consensus: one joint order per task",
                value = "all_pairs")
        PreferenceSource preference_source,

        @Option(
                help = "joint order of a task's rankings: ranked_pairs (Tideman 1987) or bradley_terry",
                value = "ranked_pairs")
        Consensus consensus_method,

        @OptionGroup(
                defaults = "num_train_epochs=1",
                help = "num_train_epochs=epochs over the prompts; more than one soon overfits")
        EpochOptions epochs,

        @OptionGroup(help = "per_device_train_batch_size=prompts per forward pass, each with all its completions")
        StepOptions steps,

        @OptionGroup MicroBatchOptions microBatches,

        @Option(help = "coefficient c of the centring term c (r_w + r_l)^2; 0: off", value = "0.01", min = 0)
        double center_rewards_coefficient,

        @OptionGroup(
                help = {
                    "max_length=maximum tokens of prompt and completion; longer completions are left out and counted;"
                            + " omit for " + MaxLengthOptions.MAX_LENGTH
                            + ", or fewer if the model has fewer positions",
                    "max_lost=largest share of completions that may be left out"
                })
        LengthOptions length,

        @OptionGroup(
                help = {
                    "questions=questions with accepted answers, own rows or a public format; omit to report no scores"
                            + " by verdict (right, refused, wrong)",
                    "refusal_phrases=with questions: further phrases that count as a refusal, in any language, such as"
                            + " [\"no comment\"]"
                })
        QuestionOptions judge,

        @OptionGroup(defaults = {"lr_scheduler_type=cosine", "adam_epsilon=1e-5"})
        OptimizerOptions optimizer,

        @OptionGroup LoraOptions lora,

        @OptionGroup MemoryOptions memory,

        @OptionGroup(defaults = "logging_steps=5") LoopOptions loop,

        @OptionGroup ConversationOptions conversation,

        @OptionGroup EngineOptions engine) {
    public RewardOptions {
        if (db == null && dataset == null) {
            throw new InputException("give db (rankings in H2), dataset (rankings or pairs as JSONL), or both");
        }
    }

    /** Source of the pairs that a reward model is trained on. */
    public enum PreferenceSource {
        /**
         * The pairs of every labeler. If labelers disagree, the loss is minimal at the odds of their votes (Ouyang
         * 2022).
         */
        ALL_PAIRS,
        /** One joint order per task. */
        CONSENSUS
    }
}
