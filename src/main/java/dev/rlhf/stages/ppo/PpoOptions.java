package dev.rlhf.stages.ppo;

import dev.rlhf.base.InputException;
import dev.rlhf.data.LengthBatches;
import dev.rlhf.inference.ConversationOptions;
import dev.rlhf.inference.EngineOptions;
import dev.rlhf.inference.ModelOptions;
import dev.rlhf.inference.TemperatureOptions;
import dev.rlhf.report.console.Numbers;
import dev.rlhf.rl.MissingEos;
import dev.rlhf.rl.RewardPosition;
import dev.rlhf.stage.Option;
import dev.rlhf.stage.OptionGroup;
import dev.rlhf.train.BatchOptions;
import dev.rlhf.train.DatasetOptions;
import dev.rlhf.train.LoopOptions;
import dev.rlhf.train.LoraOptions;
import dev.rlhf.train.MemoryOptions;
import dev.rlhf.train.MicroBatchOptions;
import dev.rlhf.train.OptimizerOptions;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Options of {@link Ppo}. */
public record PpoOptions(
        @OptionGroup(help = "model_name_or_path=checkpoint folder of the policy: the SFT model")
        ModelOptions model,

        @Option(help = "checkpoint folder of the reward model, which stays frozen", must = Option.Must.BE_A_MODEL)
        Path reward_model_path,

        @Option(
                help = "checkpoint folder of the frozen KL reference; omit for the initial policy",
                must = Option.Must.BE_A_MODEL)
        @Nullable
        Path ref_model_path,

        @OptionGroup(help = "dataset=JSONL of prompts") DatasetOptions prompts,

        @Option(help = "PPO epochs per rollout", value = "4", min = 1)
        int num_ppo_epochs,

        @Option(help = "optimizer steps per PPO epoch", value = "1", min = 1)
        int num_mini_batches,

        @OptionGroup(
                defaults = "per_device_train_batch_size=16",
                help = "per_device_train_batch_size=episodes per forward pass")
        BatchOptions batch,

        @OptionGroup MicroBatchOptions microBatches,

        @Option(
                help = "one copy of frozen weights that models have in common: reward model and critic with adapters;"
                        + " all four if the reward model is an adapter of the policy's base",
                value = "true")
        boolean share_base,

        @OptionGroup Rollout rollout,

        @OptionGroup KlPenalty kl,

        @OptionGroup Rewards rewards,

        @OptionGroup Advantages advantages,

        @OptionGroup Loss loss,

        @OptionGroup Critic critic,

        @OptionGroup AnswerRewardOptions answerRewards,

        @OptionGroup(defaults = {"learning_rate=1e-6", "adam_epsilon=1e-5"})
        OptimizerOptions optimizer,

        @OptionGroup(help = "lora_dropout=dropout of the adapters' input; must be 0 in ppo")
        LoraOptions lora,

        @OptionGroup MemoryOptions memory,

        @OptionGroup(defaults = "logging_steps=1") LoopOptions loop,

        @OptionGroup ConversationOptions conversation,

        @OptionGroup EngineOptions engine) {
    /** Default of {@code response_length} if the models have enough positions. */
    static final int RESPONSE_LENGTH = 53;

    /** The sampling of episodes. */
    public record Rollout(
            @Option(
                    help = "episodes in total; those that do not fill a last rollout_batch_size are left out",
                    value = "10000",
                    min = 1)
            long total_episodes,

            @Option(help = "episodes per update", value = "64", min = 1)
            int rollout_batch_size,

            @Option(
                    help = "maximum new tokens per episode; omit for " + PpoOptions.RESPONSE_LENGTH
                            + ", or fewer if 95 % of the prompts leave fewer positions",
                    min = 1)
            @Nullable
            Integer response_length,

            @OptionGroup(help = "temperature=temperature of rollouts and of all log-probabilities")
            TemperatureOptions distribution,

            @Option(help = "top-k of rollouts, which sample from the whole distribution", value = "0", min = 0, max = 0)
            int top_k,

            @Option(
                    help = "top-p of rollouts, which sample from the whole distribution",
                    value = "1.0",
                    min = 1,
                    max = 1)
            double top_p) {
        public Rollout {
            if (total_episodes < rollout_batch_size) {
                throw new InputException("total_episodes " + total_episodes + " is less than one rollout_batch_size "
                        + rollout_batch_size);
            }
        }

        /** Returns {@link TemperatureOptions#temperature}. */
        double temperature() {
            return distribution.temperature();
        }

        /** Returns the number of updates; episodes that do not fill a batch are left out. */
        long updates() {
            return total_episodes / rollout_batch_size;
        }
    }

    /** The coefficient β of the KL penalty, fixed or adaptive ({@link dev.rlhf.rl.KlController}). */
    public record KlPenalty(
            @Option(help = "KL coefficient β: reward lost per nat of KL", value = "0.05", min = 0)
            double kl_coef,

            @Option(help = "target KL per episode (nats) for adaptive β; omit for a fixed β", min = 0, open = true)
            @Nullable
            Double kl_target,

            @Option(help = "episodes over which adaptive β changes by at most a fifth", value = "10000", min = 1)
            double kl_horizon) {}

    /** The reward of each token, before advantages. */
    public record Rewards(
            @Option(
                    help = "eos: score at the end token; after_eos: score in the slot after it, as in TRL",
                    value = "eos")
            RewardPosition reward_position,

            @Option(help = "penalty subtracted from the score of a response without an end token", min = 0) @Nullable
            Double missing_eos_penalty,

            @Option(help = "fixed score of a response without an end token") @Nullable
            Double missing_eos_score,

            @Option(help = "scaling of token rewards to variance 1; the mean is kept", value = "false")
            boolean whiten_rewards) {
        public Rewards {
            if (missing_eos_penalty != null && missing_eos_score != null) {
                throw new InputException("give missing_eos_penalty or missing_eos_score, not both");
            }
        }

        /** Returns the rule for responses without an end token. */
        MissingEos missingEos() {
            if (missing_eos_score != null) {
                return new MissingEos.Replace(missing_eos_score);
            }
            return missing_eos_penalty != null ? new MissingEos.Subtract(missing_eos_penalty) : new MissingEos.Keep();
        }
    }

    /** Generalised advantage estimation ({@link dev.rlhf.rl.Gae}). */
    public record Advantages(
            @Option(help = "scaling of advantages to mean 0 and variance 1 over the rollout batch", value = "true")
            boolean whiten_advantages,

            @Option(help = "discount γ per token", value = "1.0", min = 0, max = 1)
            double gamma,

            @Option(help = "λ of GAE", value = "0.95", min = 0, max = 1)
            double lam) {}

    /** The clipped losses ({@link dev.rlhf.rl.PpoLoss}). */
    public record Loss(
            @Option(help = "ε of the policy clip", value = "0.2", min = 0, open = true)
            double cliprange,

            @Option(help = "ε of the value clip", value = "0.2", min = 0, open = true)
            double cliprange_value,

            @Option(help = "weight of the value loss", value = "0.1", min = 0)
            double vf_coef,

            @Option(
                    help = "approxkl (nats) that stops an update after the first PPO epoch above 1.5 × it; omit to"
                            + " never stop",
                    min = 0,
                    open = true)
            @Nullable
            Double target_kl) {}

    /** The critic, apart from its loss. */
    public record Critic(
            @Option(
                    help = "reward: critic initialised from the reward model; zero: the same with a zero head",
                    value = "reward",
                    choices = {"reward", "zero"})
            String critic_init,

            @Option(
                    help = "initial updates that train the critic alone, without policy, schedule or β",
                    value = "0",
                    min = 0)
            int critic_warmup_updates,

            @Option(
                    help = "critic learning rate as a multiple of learning_rate, on the same schedule",
                    value = "1.0",
                    min = 0,
                    open = true)
            double critic_lr_factor) {}

    public PpoOptions {
        if (lora.lora_dropout() != 0) {
            throw new InputException("lora_dropout: must be 0: with dropout the policy's ratio would not start at 1");
        }
        if (num_mini_batches > rollout.rollout_batch_size()) {
            throw new InputException("num_mini_batches " + num_mini_batches + " exceeds rollout_batch_size "
                    + rollout.rollout_batch_size());
        }
        if (critic.critic_warmup_updates() >= rollout.updates()) {
            throw new InputException("critic_warmup_updates %d leaves none of the %d updates to the policy"
                    .formatted(critic.critic_warmup_updates(), rollout.updates()));
        }
    }

    /** Returns the limits of a forward pass, with or without gradients. */
    LengthBatches batches() {
        return microBatches.of(batch.per_device_train_batch_size());
    }

    /** Returns the consequences of options that may not be obvious, one line each. */
    List<String> notes() {
        List<String> notes = new ArrayList<>();
        int perUpdate = rollout.rollout_batch_size();
        long total = rollout.total_episodes();
        long run = rollout.updates() * perUpdate;
        if (run < total) {
            notes.add("%d updates of %d episodes: %d episodes in all; %d of total_episodes %d do not fill a batch"
                    .formatted(rollout.updates(), perUpdate, run, total - run, total));
        }
        if (kl.kl_target() != null && perUpdate > kl.kl_horizon()) {
            notes.add("kl_horizon %s is less than rollout_batch_size %d: one update moves beta by a fifth at most"
                    .formatted(Numbers.number(kl.kl_horizon()), perUpdate));
        }
        return notes;
    }
}
