package dev.rlhf.stages.ppo;

import dev.rlhf.base.InputException;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.rl.MissingEos;
import dev.rlhf.rl.RewardPosition;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
import dev.rlhf.train.LoopOptions;
import dev.rlhf.train.LoraOptions;
import dev.rlhf.train.OptimizerOptions;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** Options of {@link Ppo}. */
public record PpoOptions(
        @Option(help = "checkpoint folder of the policy: the SFT model", must = Option.Must.BE_A_MODEL)
        Path model_name_or_path,

        @Option(help = "checkpoint folder of the reward model, which stays frozen", must = Option.Must.BE_A_MODEL)
        Path reward_model_path,

        @Option(help = "frozen reference of the KL; left out: the policy as it starts", must = Option.Must.BE_A_MODEL)
        @Nullable
        Path ref_model_path,

        @Option(help = "JSONL of prompts", must = Option.Must.BE_A_FILE)
        Path dataset,

        @Option(
                help =
                        "rollouts in all; each update takes rollout_batch_size of them, and what does not fill a batch is left out",
                value = "10000",
                min = 1)
        long total_episodes,

        @Option(help = "episodes an update", value = "64", min = 1)
        int rollout_batch_size,

        @Option(help = "passes over a rollout batch", value = "4", min = 1)
        int num_ppo_epochs,

        @Option(help = "optimizer steps a pass", value = "1", min = 1)
        int num_mini_batches,

        @Option(help = "episodes a forward pass", value = "16", min = 1)
        int per_device_train_batch_size,

        @Option(
                help = "most new tokens per episode; left out: " + PpoOptions.RESPONSE_LENGTH
                        + ", or what 95 % of the prompts leave of the model's positions if that is less",
                min = 1)
        @Nullable
        Integer response_length,

        @Option(help = "of rollouts and of all log-probabilities", value = "1.0", min = 0, open = true)
        double temperature,

        @Option(help = "must be 0: rollouts come from the pure distribution", value = "0", min = 0, max = 0)
        int top_k,

        @Option(help = "must be 1: rollouts come from the pure distribution", value = "1.0", min = 1, max = 1)
        double top_p,

        @Option(help = "beta, what a nat of KL costs", value = "0.05", min = 0)
        double kl_coef,

        @Option(help = "KL an episode that an adaptive beta holds, nats; left out: beta is fixed", min = 0, open = true)
        @Nullable
        Double kl_target,

        @Option(
                help = "episodes over which the adaptive beta moves by a fifth, the most of one update",
                value = "10000",
                min = 1)
        double kl_horizon,

        @Option(
                help = "the score stands at the end token (eos), or in the slot after it (after_eos), as in TRL",
                value = "eos")
        RewardPosition reward_position,

        @Option(help = "taken off the score of a response that does not end", min = 0) @Nullable
        Double missing_eos_penalty,

        @Option(help = "replaces the score of a response that does not end") @Nullable
        Double missing_eos_score,

        @Option(help = "scale token rewards to variance 1", value = "false")
        boolean whiten_rewards,

        @Option(help = "whiten advantages over the rollout batch", value = "true")
        boolean whiten_advantages,

        @Option(help = "discount", value = "1.0", min = 0, max = 1)
        double gamma,

        @Option(help = "lambda of GAE", value = "0.95", min = 0, max = 1)
        double lam,

        @Option(help = "epsilon of the policy's clipping", value = "0.2", min = 0, open = true)
        double cliprange,

        @Option(help = "epsilon of the values' clipping", value = "0.2", min = 0, open = true)
        double cliprange_value,

        @Option(help = "weight of the value loss", value = "0.1", min = 0)
        double vf_coef,

        @Option(help = "passes end early above 1.5 times this approxkl; left out: never", min = 0, open = true)
        @Nullable
        Double target_kl,

        @Option(
                help = "critic starts as the reward model, or with a head of zeros on it, so that it says 0",
                value = "reward",
                choices = {"reward", "zero"})
        String critic_init,

        @Option(
                help = "first updates, which train the critic alone: the policy, its schedule and beta wait",
                value = "0",
                min = 0)
        int critic_warmup_updates,

        @Option(
                help = "the critic's learning rate is this times learning_rate, on the same schedule",
                value = "1.0",
                min = 0,
                open = true)
        double critic_lr_factor,

        @OptionGroup(defaults = {"learning_rate=1e-6", "adam_epsilon=1e-5"})
        OptimizerOptions optimizer,

        @OptionGroup LoraOptions lora,

        @OptionGroup(defaults = "logging_steps=1") LoopOptions loop,

        @OptionGroup EngineOptions engine) {
    /** {@code response_length} where the model has room for it. */
    static final int RESPONSE_LENGTH = 53;

    public PpoOptions {
        if (lora.lora_dropout() != 0) {
            throw new InputException("lora_dropout: must be 0: with dropout the policy's ratio would not start at 1");
        }
        if (missing_eos_penalty != null && missing_eos_score != null) {
            throw new InputException("give missing_eos_penalty or missing_eos_score, not both");
        }
        if (total_episodes < rollout_batch_size) {
            throw new InputException(
                    "total_episodes " + total_episodes + " is less than one rollout_batch_size " + rollout_batch_size);
        }
        if (num_mini_batches > rollout_batch_size) {
            throw new InputException(
                    "num_mini_batches " + num_mini_batches + " exceeds rollout_batch_size " + rollout_batch_size);
        }
        if (critic_warmup_updates >= total_episodes / rollout_batch_size) {
            throw new InputException("critic_warmup_updates %d leaves none of the %d updates to the policy"
                    .formatted(critic_warmup_updates, total_episodes / rollout_batch_size));
        }
    }

    /** What a response without an end token is worth. */
    MissingEos missingEos() {
        if (missing_eos_score != null) {
            return new MissingEos.Replace(missing_eos_score);
        }
        return missing_eos_penalty != null ? new MissingEos.Subtract(missing_eos_penalty) : new MissingEos.Keep();
    }

    /** Updates in all; episodes that do not fill a batch are left out. */
    long updates() {
        return total_episodes / rollout_batch_size;
    }
}
