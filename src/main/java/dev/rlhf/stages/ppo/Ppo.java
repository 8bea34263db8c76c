package dev.rlhf.stages.ppo;

import dev.rlhf.inference.Checkpoint;
import dev.rlhf.inference.Models;
import dev.rlhf.model.CausalLm;
import dev.rlhf.model.ScalarModel;
import dev.rlhf.stage.Stage;
import dev.rlhf.stage.StageContext;
import dev.rlhf.stage.StageOutputs;
import dev.rlhf.stage.StageResult;
import dev.rlhf.text.ConversationFormat;
import dev.rlhf.text.Tokenizer;
import dev.rlhf.train.MemoryCheck;
import dev.rlhf.train.TrainableModels;
import dev.rlhf.train.TrainingLoop;
import java.io.IOException;
import java.io.PrintStream;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Proximal policy optimisation against a frozen reward model, with a KL penalty that keeps the policy near the SFT
 * model (Ouyang 2022, section 3.5; Schulman 2017; the details of Huang 2024). {@link PpoTrainer#step} is one update.
 */
public final class Ppo implements Stage<PpoOptions> {
    @Override
    public StageResult run(PpoOptions o, StageContext context) throws IOException {
        PrintStream console = context.console();
        try (Models session = Models.open(o.engine(), console);
                Checkpoint from = Checkpoint.open(o.model().model_name_or_path());
                Checkpoint rewardFrom = Checkpoint.open(o.reward_model_path());
                CausalLm policy = TrainableModels.languageModel(
                        session, from, o.lora(), o.loop().seed());
                CausalLm reference = PpoModels.reference(session, o, policy);
                ScalarModel critic = PpoModels.critic(session, o, policy);
                ScalarModel reward = PpoModels.reward(session, o, rewardFrom, policy, critic)) {
            PpoModels models = new PpoModels(policy, reference, critic, reward);
            models.requireSameVocabulary(o);
            PpoModels.requireSameTokens(from, rewardFrom);
            policy.gradientCheckpointing(o.memory().gradient_checkpointing());
            critic.gradientCheckpointing(o.memory().gradient_checkpointing());
            o.notes().forEach(console::println);
            String system = o.conversation().system();
            ConversationFormat format = from.format().withSystem(system);
            PpoPrompts prompts = PpoPrompts.read(o, format, models.positions(), context);
            MemoryCheck plan = models.checkMemory(session.torch(), o, prompts, console);
            EpisodeSampler sampler = new EpisodeSampler(session.torch(), o, policy, format, prompts);
            Tokenizer tokenizer = from.tokenizer();
            Optional<AnswerRewards> answerRewards =
                    AnswerRewards.of(o.answerRewards(), prompts.rows(), sampler::drawn, tokenizer);
            int length = prompts.responseLength();
            long updates = o.rollout().updates();
            try (PpoTrainer trainer =
                    new PpoTrainer(session.torch(), o, models, sampler::rollOut, answerRewards, length, tokenizer)) {
                double perEpoch = sampler.updatesPerEpoch();
                Map<String, Double> run = TrainingLoop.of("ppo", o.loop(), updates, perEpoch, 0, context)
                        .run(session.torch(), trainer, () -> models.save(o, from.folder()));
                plan.printPeak();
                Map<String, Double> metrics = new LinkedHashMap<>(trainer.last());
                metrics.putAll(run); // num_tokens of the whole run
                return new StageResult(metrics);
            }
        }
    }

    @Override
    public Optional<StageOutputs> outputs(PpoOptions o) {
        return Optional.of(new StageOutputs(
                PpoMetrics.NAMES
                        .with(TrainingLoop.FINAL)
                        .when(o.answerRewards().any(), "reward_right_answer or the like", AnswerRewards.NAMES),
                TrainingLoop.filesAnd("critic")));
    }
}
