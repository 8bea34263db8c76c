package dev.rlhf.stages.ppo;

import dev.rlhf.base.InputException;
import dev.rlhf.checkpoint.AdapterFolder;
import dev.rlhf.data.PromptRow;
import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.ModelFolder;
import dev.rlhf.inference.Models;
import dev.rlhf.inference.Prompts;
import dev.rlhf.inference.TokenLimit;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.report.console.Numbers;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageResult;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.train.TrainingLoop;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;

/**
 * Proximal policy optimisation against a frozen reward model, held near the SFT model by a KL penalty (Ouyang 2022, section
 * 3.5; Schulman 2017; the details of Huang 2024). {@link PpoTrainer#step} is one update, top to bottom.
 */
public final class Ppo implements Stage<PpoOptions> {
    /** The least share of the prompts that must have room. */
    private static final double KEPT = 0.95;

    @Override
    public StageResult run(PpoOptions o, StageContext context) throws IOException {
        try (Models session = Models.open(o.engine().device(), o.engine().dtype(), context.console());
                Checkpoint from = Checkpoint.open(o.model_name_or_path());
                Checkpoint rewardFrom = Checkpoint.open(o.reward_model_path());
                CausalLm policy = session.trainable(from, o.lora(), o.loop().seed());
                CausalLm reference = reference(session, o, policy);
                ScalarModel reward = session.rewardModel(rewardFrom);
                ScalarModel critic = critic(session, o)) {
            requireSameVocabulary(o, policy, reference, reward);
            sayWhatRuns(o, context);
            ConversationFormat format = from.format();
            PpoModels models = new PpoModels(policy, reference, critic, reward);
            List<int[]> all = Prompts.encode(o.dataset(), PromptRow.read(o.dataset()), format::prompt);
            int positions = positions(models);
            int responseLength = responseLength(o, all, positions, context);
            List<int[]> prompts = fitting(o, all, positions, responseLength, context);
            Map<String, Double> figures = new LinkedHashMap<>();
            try (PpoTrainer trainer =
                    new PpoTrainer(session.torch(), o, models, from.tokenizer(), format, prompts, responseLength)) {
                Map<String, Double> ofRun = new TrainingLoop(
                                "ppo",
                                o.loop().output_dir(),
                                o.updates(),
                                o.loop().logging_steps(),
                                0,
                                o.loop().save_steps(),
                                context)
                        .run(session.torch(), trainer, () -> {
                            Path model = ModelFolder.save(
                                    o.loop().output_dir(),
                                    policy,
                                    from.folder(),
                                    o.loop().max_shard_size());
                            ModelFolder.save(
                                    o.loop().output_dir().resolve("critic"),
                                    critic,
                                    from.folder(),
                                    o.loop().max_shard_size(),
                                    critic.mean(),
                                    1);
                            return model;
                        });
                figures.putAll(trainer.last());
                figures.putAll(ofRun); // its num_tokens is the whole run's
            }
            return new StageResult(figures);
        }
    }

    /** Says what the options come to where that is not what they seem to say. */
    private static void sayWhatRuns(PpoOptions o, StageContext context) {
        long run = o.updates() * o.rollout_batch_size();
        if (run < o.total_episodes()) {
            context.console()
                    .printf(
                            "%d updates of %d episodes: %d episodes in all; %d of total_episodes %d do not fill a batch%n",
                            o.updates(), o.rollout_batch_size(), run, o.total_episodes() - run, o.total_episodes());
        }
        if (o.kl_target() != null && o.rollout_batch_size() > o.kl_horizon()) {
            context.console()
                    .printf(
                            "kl_horizon %s is less than rollout_batch_size %d: one update moves beta by a fifth at most%n",
                            Numbers.number(o.kl_horizon()), o.rollout_batch_size());
        }
    }

    /** The policy as it starts; with new adapters that is the policy without them, so that one copy of the weights does. */
    private static CausalLm reference(Models session, PpoOptions o, CausalLm policy) {
        if (o.ref_model_path() == null && o.lora().leavesBase()) {
            return policy.withoutAdapters();
        }
        return session.frozen(o.ref_model_path() == null ? o.model_name_or_path() : o.ref_model_path());
    }

    /** A copy of the reward model; with adapters on it if the policy has some, or if it is an adapter's already. */
    private static ScalarModel critic(Models session, PpoOptions o) {
        Path from = o.reward_model_path();
        ScalarModel critic = AdapterFolder.present(from)
                ? session.trainableScalar(
                        from, ScalarModel.HeadInit.STORED, o.loop().seed())
                : session.trainableScalar(
                        from, ScalarModel.HeadInit.STORED, o.lora(), o.loop().seed());
        if (o.critic_init().equals("zero")) {
            critic.zeroHead();
        }
        return critic;
    }

    private static void requireSameVocabulary(PpoOptions o, CausalLm policy, CausalLm reference, ScalarModel reward) {
        int own = policy.config().vocabSize();
        if (reference.config().vocabSize() != own || reward.config().vocabSize() != own) {
            throw new InputException("policy, reference and reward model must share a vocabulary; they have " + own
                    + ", "
                    + reference.config().vocabSize() + " and " + reward.config().vocabSize() + " tokens ("
                    + o.model_name_or_path() + ", " + o.reward_model_path() + ")");
        }
    }

    /** Positions that all four models have; the policy must be able to generate at them. */
    private static int positions(PpoModels models) {
        return IntStream.of(
                        models.policy().config().generatedPositions(),
                        models.reference().config().maxPositions(),
                        models.reward().config().maxPositions(),
                        models.critic().config().maxPositions())
                .min()
                .orElseThrow();
    }

    /** The option, or without it the default, or less if that would leave too many prompts out. */
    private static int responseLength(PpoOptions o, List<int[]> prompts, int positions, StageContext context) {
        int[] lengths =
                prompts.stream().mapToInt(prompt -> prompt.length).sorted().toArray();
        int most = lengths[(int) Math.ceil(KEPT * lengths.length) - 1];
        if (o.response_length() != null || positions - most < 1) {
            return Objects.requireNonNullElse(o.response_length(), PpoOptions.RESPONSE_LENGTH);
        }
        String why = "the models have %d positions and 95 %% of the prompts up to %d tokens".formatted(positions, most);
        return new TokenLimit("response_length", null, PpoOptions.RESPONSE_LENGTH)
                .within(positions - most, why, context.console());
    }

    private static List<int[]> fitting(
            PpoOptions o, List<int[]> all, int positions, int responseLength, StageContext context) {
        int room = positions - responseLength;
        if (room < 1) {
            throw new InputException("response_length: " + responseLength
                    + " leaves no room for a prompt in the models' " + positions + " positions; lower it");
        }
        List<int[]> fitting =
                all.stream().filter(prompt -> prompt.length <= room).toList();
        context.console()
                .printf("%d prompts, %d too long for %d positions%n", all.size(), all.size() - fitting.size(), room);
        if (fitting.size() < KEPT * all.size()) {
            throw InputException.at(
                    o.dataset(),
                    "more than 5 % of the prompts leave no room for response_length " + responseLength
                            + " in the models' " + positions + " positions");
        }
        return fitting;
    }
}
